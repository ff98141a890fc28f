using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps messages that nobody waits for while the breaker is open: not acknowledged, not failed, in place. When their endpoint
/// stops they go back to the queue soon, so that a host need not wait for a service to recover before it can stop; so they do
/// when they have been held for long, because another instance may fare better.
/// </summary>
internal sealed class Holding(HeldEndpoints endpoints, TimeProvider clock)
{
    // A hint of nothing must not make it spin.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    // Where nobody says when to come again: an operator has isolated it, or a broker is away.
    private static readonly TimeSpan ShortestGuess = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestGuess = TimeSpan.FromSeconds(30);

    private readonly RefusedRequests _refused = new(endpoints, clock);

    public void RequestArrived(OperationState operation, ConsumeContext context)
    {
        HeldEndpoint endpoint = endpoints.Of(context.ReceiveContext.InputAddress);
        endpoint.RequestArrived();
        if (!operation.Circuit.Breaker.AdmitsAll)
            endpoint.Aside.Arrived(operation, context.ReceiveContext, isRequest: true);
    }

    /// <summary>What becomes of a request that the circuit has refused.</summary>
    public ValueTask<RefusedRequest> DecideAsync(Execution execution, ConsumeContext context, bool isAnswered) =>
        _refused.DecideAsync(execution, context, isAnswered);

    /// <summary>Waits until the breaker admits work, and for a turn where much has waited.</summary>
    /// <exception cref="OperationCanceledException">The message goes back to the queue: that is how MassTransit takes it.</exception>
    public async ValueTask<HeldTurn> WaitAsync(OperationState operation, ConsumeContext context)
    {
        Circuit circuit = operation.Circuit;
        if (!circuit.Breaker.AdmitsAll)
            endpoints.Of(context.ReceiveContext.InputAddress).Aside.Arrived(operation, context.ReceiveContext, isRequest: false);
        if (circuit.Breaker.IsDue && !circuit.RampUp.IsActive)
            return default;

        long since = clock.GetTimestamp();
        BeginRamp(circuit, operation);
        using var held = new HeldMessage(operation, endpoints.Of(context.ReceiveContext.InputAddress), context);
        await HoldAsync(circuit, operation, held.Endpoint, held.Released).ConfigureAwait(false);
        await circuit.RampUp.EnterAsync(held.Released).ConfigureAwait(false);
        return new(circuit, operation, clock.GetElapsedTime(since));
    }

    /// <summary>Waits until what a consumer calls may no longer refuse it.</summary>
    /// <param name="operation">What is consumed.</param>
    /// <param name="context">The message.</param>
    /// <param name="refusal">How it was refused.</param>
    /// <param name="heldFor">How long the message has been held before.</param>
    /// <returns>How long it was held now.</returns>
    /// <exception cref="OperationCanceledException">The message goes back to the queue.</exception>
    public async ValueTask<TimeSpan> PutOffAsync(OperationState operation, ConsumeContext context, RejectedException refusal, TimeSpan heldFor)
    {
        long since = clock.GetTimestamp();
        TimeSpan left = operation.Model.Profile.CircuitBreaker.HoldLimit - heldFor;
        using var held = new HeldMessage(operation, endpoints.Of(context.ReceiveContext.InputAddress), context);
        if (left <= TimeSpan.Zero && held.MayBeGivenBack)
            throw new OperationCanceledException($"Held for {heldFor}: another instance may fare better.");

        operation.State.Telemetry.PutOff(operation, refusal);
        await Task.Delay(PauseAfter(refusal, heldFor, left), clock, held.Released).ConfigureAwait(false);
        return clock.GetElapsedTime(since);
    }

    // Not all at once: they were refused together.
    private static TimeSpan PauseAfter(RejectedException refusal, TimeSpan heldFor, TimeSpan left)
    {
        TimeSpan pause = refusal.RetryAfter ?? TimeSpan.FromTicks(Math.Clamp(heldFor.Ticks / 2, ShortestGuess.Ticks, LongestGuess.Ticks));
        TimeSpan bounded = pause < left || left <= TimeSpan.Zero ? pause : left;
        return (bounded > ShortestPause ? bounded : ShortestPause) * (1 + (Random.Shared.NextDouble() / 5));
    }

    // While it is half-open the way back is open already, as wide as the probes.
    private static void BeginRamp(Circuit circuit, OperationState operation)
    {
        if (circuit.Breaker.State is CircuitState.Open or CircuitState.Isolated)
            circuit.RampUp.Begin(operation.Model.Profile.CircuitBreaker.HalfOpenMaxCalls);
    }

    private async Task HoldAsync(Circuit circuit, OperationState operation, HeldEndpoint endpoint, CancellationToken released)
    {
        CircuitBreaker breaker = circuit.Breaker;
        long since = clock.GetTimestamp();
        while (!breaker.IsDue)
        {
            CircuitBreakerOptions options = operation.Model.Profile.CircuitBreaker;
            BeginRamp(circuit, operation);
            TimeSpan left = options.HoldLimit - clock.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                // Where that is not possible now, it may be after as long again.
                endpoint.TryPause(operation, options.HoldLimit);
                since = clock.GetTimestamp();
            }
            else
            {
                await breaker.WaitForChangeAsync(left, released).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>The right of a message that was held to run; to be ended when it has. None is needed where nothing is held.</summary>
/// <param name="Circuit">Whose ramp it is on; null where there is none.</param>
/// <param name="Operation">Whose settings say how wide that becomes.</param>
/// <param name="HeldFor">How long it was held.</param>
internal readonly record struct HeldTurn(Circuit? Circuit, OperationState? Operation, TimeSpan HeldFor)
{
    /// <summary>
    /// Ends it. A success makes room for one more, but a probe's only when it has closed the breaker; while that is disabled everything does.
    /// </summary>
    public void End(bool succeeded) => Circuit?.RampUp.Leave(
        Circuit.Breaker.State == CircuitState.Disabled || (succeeded && Circuit.Breaker.State == CircuitState.Closed),
        Operation!.Model.Profile.Bulkhead.MaxConcurrentCalls);
}
