using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// A queue that this process takes messages from, as far as messages are held there: events wait while their circuit is open, requests go
/// to other instances, and an endpoint that cannot do its work stops taking messages. <see cref="TransportResilience.AddEndpoint"/> makes
/// one; its transport says when it starts and stops, and hands it each message.
/// </summary>
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

    /// <summary>
    /// Runs the work on a message under its operation's profile: an event is held while its circuit is open, and put off while what its
    /// consumer calls is refused; a request that the circuit refuses runs elsewhere where another instance consumes the queue.
    /// </summary>
    /// <typeparam name="TResult">What the work results in.</typeparam>
    /// <param name="runner">Runs it.</param>
    /// <param name="operation">What is consumed.</param>
    /// <param name="message">The message.</param>
    /// <returns>How the last run ended. A refusal is to be told to the requester; after all else the message is dealt with.</returns>
    /// <exception cref="OperationCanceledException">The message is to go back to the queue.</exception>
    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    public async ValueTask<Outcome<TResult>> ConsumeAsync<TResult>(ExecutionRunner runner, OperationState operation, ConsumedMessage<TResult> message)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(message);
        message.Endpoint = this;
        if (message.IsRequest)
            RequestArrived(operation, message);
        while (true)
        {
            HeldTurn turn = message.IsRequest ? default : await _holding.WaitAsync(operation, message).ConfigureAwait(false);
            Held(operation, message, turn.HeldFor);
            bool succeeded = false;
            Outcome<TResult> outcome;
            try
            {
                outcome = await runner.RunAsync<TResult, Outcome<TResult>, ConsumedMessage<TResult>>(message.Plan(), message).ConfigureAwait(false);
                succeeded = outcome.Exception is null;
            }
            finally
            {
                turn.End(succeeded);
            }

            if (message.IsOver)
                return outcome;

            // What its own circuit refused waits for that one; of what it calls nobody here can tell.
            if (message is { Refusal: { } refusal, IsRefusedHere: false })
                Held(operation, message, await _holding.PutOffAsync(operation, message, refusal, message.HeldFor).ConfigureAwait(false));
        }
    }

    /// <summary>It is gone for good.</summary>
    public void Dispose() => _life.Dispose();

    /// <returns>False where it may run after all.</returns>
    /// <exception cref="OperationCanceledException">Another instance takes it.</exception>
    internal async ValueTask<bool> IsRefusedAsync(Execution execution, IIncomingMessage message, bool isAnswered) =>
        await _refused.DecideAsync(execution, message, isAnswered).ConfigureAwait(false) switch
        {
            RefusedRequest.Refuse => true,
            RefusedRequest.RunAgain => false,
            _ => throw new OperationCanceledException("Another instance of this service takes it."),
        };

    // While the endpoint is paused nobody would answer it.
    private void RequestArrived(OperationState operation, IIncomingMessage message)
    {
        _life.RequestArrived();
        if (!operation.Circuit.Breaker.AdmitsAll)
            _aside.Arrived(operation, message, isRequest: true);
    }

    private static void Held<TResult>(OperationState operation, ConsumedMessage<TResult> message, TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
            return;
        message.HeldFor += time;
        operation.State.Telemetry.Traces.Delivery?.Held(time);
    }
}
