using System.Collections.Concurrent;
using MassTransit;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Runs the real write to the broker under this service's profile. A send filter cannot: MassTransit calls those while the
/// message is made, before the write.
/// </summary>
internal sealed class SendProtection(ProfileCatalog catalog, ServiceStates states, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Type, OperationState> _operations = new();

    public IPublishEndpoint Protect(IPublishEndpoint inner) => new ResilientPublishEndpoint(inner, this);

    public ISendEndpointProvider Protect(ISendEndpointProvider inner) => new ResilientSendEndpointProvider(inner, this);

    public IPublishEndpointProvider Protect(IPublishEndpointProvider inner) => new ResilientPublishEndpointProvider(inner, this);

    public async Task RunAsync(Type messageType, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        OperationState operation = _operations.GetOrAdd(messageType, static (type, self) => self.Create(type), this);
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

    private OperationState Create(Type messageType) => states.Get(
        ResilienceSide.Publisher,
        catalog.Service ?? catalog.ProfileOfMessage(messageType) ?? ProfileNames.Default,
        ProfileNames.OperationOf(messageType));
}
