using System.Collections.Concurrent;
using MassTransit;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Runs the real write to the broker under the profile of the service that sends, where it is known, else of the one the message
/// belongs to. A send filter cannot: MassTransit calls those while the message is made, before the write.
/// </summary>
internal sealed class Sender(TransportResilience transport, string? service, BrokerState broker, ExecutionRunner runner)
{
    private readonly ConcurrentDictionary<Type, OperationState> _operations = new();

    /// <summary>Calls <paramref name="send"/> once an attempt, with <paramref name="pipe"/> in a pipe around it.</summary>
    public async Task RunAsync<TContext>(
        Type messageType, IPipe<TContext>? pipe, Func<IPipe<TContext>, CancellationToken, Task> send, CancellationToken cancellationToken)
        where TContext : class, SendContext
    {
        OperationState operation = _operations.GetOrAdd(messageType, static (type, self) => self.CreateOperation(type), this);
        var plan = new ExecutionPlan(operation, cancellationToken) { Queueing = Queueing.UntilTimeout };
        Outcome<bool> outcome = await runner.RunAsync<bool, Outcome<bool>, Write<TContext>>(plan, new(pipe, send, broker)).ConfigureAwait(false);
        outcome.ThrowIfException();
    }

    private OperationState CreateOperation(Type messageType) => transport.OperationOf(ResilienceSide.Publisher, messageType, service);

    private sealed class Write<TContext>(IPipe<TContext>? pipe, Func<IPipe<TContext>, CancellationToken, Task> send, BrokerState broker) : IWork<bool, Outcome<bool>>
        where TContext : class, SendContext
    {
        private readonly Guid _messageId = NewId.NextGuid();

        public async ValueTask<Outcome<bool>> AttemptAsync(Execution execution, CancellationToken cancellationToken)
        {
            if (broker.RefusalFor(execution) is { } refusal)
                return Outcome.FromException<bool>(refusal);

            using var attempt = new WriteAttempt(cancellationToken);

            // While the broker is away a write ignores its token: only the wait can be ended.
            Task pending = send(new IdentityPipe<TContext>(_messageId, attempt, pipe), attempt.Token);
            Task end = Task.WhenAny(pending, attempt.Refused);
            await end.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (pending.IsCompletedSuccessfully)
                return Outcome.FromResult(true);
            if (attempt.Refused.IsCompleted)
            {
                Orphan.Observe(pending);
                await attempt.CancelAsync().ConfigureAwait(false);
                return Outcome.FromException<bool>(await attempt.Refused.ConfigureAwait(false));
            }

            if (!cancellationToken.IsCancellationRequested)
                return Outcome.FromException<bool>(await EndedTask.FailureOfAsync(pending).ConfigureAwait(false));

            Orphan.Observe(pending);
            broker.Suspect();
            return Outcome.FromException<bool>(new OperationCanceledException(cancellationToken));
        }

        public ValueTask<bool> EndedAsync(Execution execution, Outcome<bool> outcome) => new(true);

        public Outcome<bool> Answer(Outcome<bool> outcome) => outcome;
    }
}
