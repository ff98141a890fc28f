using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Decides about requests that a circuit of this instance has refused. Where other instances consume the queue, one of them takes the
/// request; where none does, its requester is told at once.
/// </summary>
internal sealed class RefusedRequests(HeldEndpoints endpoints, TimeProvider clock)
{
    // Longer is left to the next who takes it.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // Below that it would go back and forth until its time is over.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <param name="execution">The run that was refused.</param>
    /// <param name="context">The request.</param>
    /// <param name="isAnswered">A fallback stands in: it needs no other answer.</param>
    public async ValueTask<RefusedRequest> DecideAsync(Execution execution, ConsumeContext context, bool isAnswered)
    {
        AsideWatch aside = endpoints.Of(context.ReceiveContext.InputAddress).Aside;
        aside.Arrived(execution.Operation, context.ReceiveContext, isRequest: true);
        if (isAnswered || HeldEndpoint.IsNearDeliveryLimit(context))
            return RefusedRequest.Refuse;

        // Half of what is left is for whoever takes it then.
        TimeSpan half = execution.Remaining / 2;
        CircuitBreaker breaker = execution.Circuit.Breaker;
        long since = clock.GetTimestamp();
        while (true)
        {
            Sight sight = aside.Sight;
            TimeSpan left = (half < Longest ? half : Longest) - clock.GetElapsedTime(since);
            switch (sight.Attendance)
            {
                case var _ when breaker.AdmitsAll:
                case Attendance.Probes when breaker.IsDue:
                    return RefusedRequest.RunAgain;
                case Attendance.Answers:
                    return RefusedRequest.Refuse;
                case Attendance.StandsAside:
                    return RefusedRequest.GiveBack;
                case var attendance when left <= TimeSpan.Zero:
                    return attendance == Attendance.Probes && half >= Shortest ? RefusedRequest.GiveBack : RefusedRequest.Refuse;
            }

            await Task.WhenAny(sight.Over, breaker.WaitForChangeAsync(left, context.CancellationToken)).ConfigureAwait(false);
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
