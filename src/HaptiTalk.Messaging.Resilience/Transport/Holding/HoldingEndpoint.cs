namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// A queue that this process takes messages from, as far as messages are held there: events wait while their circuit is open, requests go
/// to other instances, and an endpoint that cannot do its work stops taking messages. <see cref="TransportResilience.AddEndpoint"/> makes
/// one; its transport says when it starts and stops, and hands it each message.
/// </summary>
/// <remarks>
/// A method that throws an <see cref="OperationCanceledException"/> says that the message is to go back to the queue.
/// </remarks>
public sealed class HoldingEndpoint : IDisposable
{
    private readonly EndpointLife _life;
    private readonly PausedEndpoints _paused;
    private readonly AsideWatch _aside;
    private readonly Holding _holding;
    private readonly RefusedRequests _refused;

    internal HoldingEndpoint(Uri address, bool returnsMessages, PausedEndpoints paused, TimeProvider clock)
    {
        _paused = paused;
        _life = new(address, returnsMessages, clock);
        _aside = new(_life, clock);
        _holding = new(_life, _aside, clock);
        _refused = new(_aside, clock);
    }

    /// <summary>What logs, events and the page call it.</summary>
    public Uri Address => _life.Address;

    /// <summary>It takes messages. An endpoint that was stopped can be ready again.</summary>
    /// <param name="receiver">Stops and starts it.</param>
    public void Ready(IReceiver receiver)
    {
        _life.Ready(receiver);
        _paused.Resume(Address);
    }

    /// <summary>It is about to stop: what it holds goes back to the queue, a moment later, when the broker knows of it.</summary>
    public void Stopping() => _life.Stop();

    /// <summary>Everything stops: an endpoint that is paused stays so.</summary>
    public Task BusStoppingAsync() => _life.BusStopsAsync();

    /// <summary>A request has arrived: while the endpoint is paused nobody would answer it.</summary>
    /// <param name="operation">What is consumed.</param>
    /// <param name="message">The request.</param>
    public void RequestArrived(OperationState operation, IIncomingMessage message)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _life.RequestArrived();
        if (!operation.Circuit.Breaker.AdmitsAll)
            _aside.Arrived(operation, message, isRequest: true);
    }

    /// <summary>What becomes of a request that the circuit has refused.</summary>
    /// <param name="execution">The run that was refused.</param>
    /// <param name="message">The request.</param>
    /// <param name="isAnswered">A fallback stands in: it needs no other answer.</param>
    public ValueTask<RefusedRequest> DecideAsync(Execution execution, IIncomingMessage message, bool isAnswered) =>
        _refused.DecideAsync(execution, message, isAnswered);

    /// <summary>Waits until the circuit admits a message that nobody waits for, and for its turn where much has waited.</summary>
    /// <param name="operation">What is consumed.</param>
    /// <param name="message">The message.</param>
    /// <returns>Its turn, to be ended when it has run.</returns>
    /// <exception cref="OperationCanceledException">The message is to go back to the queue.</exception>
    public ValueTask<HeldTurn> WaitAsync(OperationState operation, IIncomingMessage message) => _holding.WaitAsync(operation, message);

    /// <summary>Waits, with a message that nobody waits for, until what its consumer calls may no longer refuse it.</summary>
    /// <param name="operation">What is consumed.</param>
    /// <param name="message">The message.</param>
    /// <param name="refusal">How it was refused.</param>
    /// <param name="heldFor">How long the message has been held before.</param>
    /// <returns>How long it was held now.</returns>
    /// <exception cref="OperationCanceledException">The message is to go back to the queue.</exception>
    public ValueTask<TimeSpan> PutOffAsync(OperationState operation, IIncomingMessage message, RejectedException refusal, TimeSpan heldFor) =>
        _holding.PutOffAsync(operation, message, refusal, heldFor);

    /// <summary>It is gone for good.</summary>
    public void Dispose() => _life.Dispose();
}
