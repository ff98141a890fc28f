using System.Collections.Concurrent;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Runs the real write to the broker under the profile of the service that sends, where it is known, else of the one the message
/// belongs to. A send filter cannot: MassTransit calls those while the message is made, before the write.
/// </summary>
internal sealed class Sender(ProfileCatalog catalog, ServiceStates states, string? service, BrokerState broker, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Type, OperationState> _operations = new();

    public async Task RunAsync(Type messageType, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        OperationState operation = _operations.GetOrAdd(messageType, static (type, self) => self.CreateOperation(type), this);
        var execution = new Execution(operation, SendFailureClassifier.Instance, operation.Model.TotalFor(dependency: null), clock, cancellationToken)
        {
            Patience = Patience.UntilTimeout,
        };
        var write = new Write(send, broker);
        Outcome<bool> outcome = await ExecutionRunner.RunAsync(
            execution, static (write, execution, token) => write.AttemptAsync(execution, token), write).ConfigureAwait(false);
        outcome.ThrowIfException();
    }

    private OperationState CreateOperation(Type messageType) => states.Get(
        ResilienceSide.Publisher,
        service ?? catalog.Service ?? catalog.ProfileOfMessage(messageType) ?? ProfileNames.Default,
        ProfileNames.OperationOf(messageType));

    private sealed class Write(Func<CancellationToken, Task> send, BrokerState broker)
    {
        public async ValueTask<bool> AttemptAsync(Execution execution, CancellationToken cancellationToken)
        {
            broker.ThrowIfAway(execution);
            Task pending = send(cancellationToken);
            try
            {
                // While the broker is away a write ignores its token: only the wait can be ended.
                await pending.WaitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                Orphan.Observe(pending);
                broker.Suspect();
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
