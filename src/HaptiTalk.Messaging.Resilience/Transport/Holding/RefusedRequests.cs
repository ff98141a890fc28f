namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Decides about requests that a circuit of this instance has refused. Where other instances consume the queue, one of them takes the
/// request; where none does, its requester is told at once.
/// </summary>
internal sealed class RefusedRequests(AsideWatch aside, TimeProvider clock)
{
    // Longer is left to the next who takes it.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // Below that it would go back and forth until its time is over.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <param name="execution">The run that was refused.</param>
    /// <param name="message">The request.</param>
    /// <param name="isAnswered">A fallback stands in: it needs no other answer.</param>
    public async ValueTask<RefusedRequest> DecideAsync(Execution execution, IIncomingMessage message, bool isAnswered)
    {
        aside.Arrived(execution.Operation, message, isRequest: true);
        if (isAnswered || EndpointLife.IsNearDeliveryLimit(message))
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

            await Task.WhenAny(sight.Over, breaker.WaitForChangeAsync(left, message.CancellationToken)).ConfigureAwait(false);
            message.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
