using System.Collections.Concurrent;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Runs the real write to the broker under this service's profile. A send filter cannot: MassTransit calls those while the
/// message is made, before the write.
/// </summary>
internal sealed class SendProtection(ProfileCatalog catalog, ServiceStates states, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string? Service, Type MessageType), OperationState> _operations = new();

    /// <summary>Runs a write under the profile of the service that sends, where it is known, else of the one the message belongs to.</summary>
    public async Task RunAsync(string? service, Type messageType, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        OperationState operation = _operations.GetOrAdd(
            (service, messageType), static (key, self) => self.Create(key.Service, key.MessageType), this);
        var execution = new Execution(operation, FailureClassifier.Default, operation.Model.TotalFor(dependency: null), clock, cancellationToken)
        {
            Patience = Patience.UntilTimeout,
        };
        Outcome<bool> outcome = await ExecutionRunner.RunAsync(execution, static (send, _, token) => AttemptAsync(send, token), send).ConfigureAwait(false);
        outcome.ThrowIfException();
    }

    private static async ValueTask<bool> AttemptAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
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
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private OperationState Create(string? service, Type messageType) => states.Get(
        ResilienceSide.Publisher,
        service ?? catalog.Service ?? catalog.ProfileOfMessage(messageType) ?? ProfileNames.Default,
        ProfileNames.OperationOf(messageType));
}
