namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Keeps messages that nobody waits for while the breaker is open: not acknowledged, not failed, in place. When their endpoint
/// stops they go back to the queue soon, so that a host need not wait for a service to recover before it can stop; so they do
/// when they have been held for long, because another instance may fare better.
/// </summary>
internal sealed class Holding(EndpointLife endpoint, AsideWatch aside, TimeProvider clock)
{
    // A hint of nothing must not make it spin.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    // Where nobody says when to come again: an operator has isolated it, or a broker is away.
    private static readonly TimeSpan ShortestGuess = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestGuess = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the breaker admits work, and for a turn where much has waited.</summary>
    /// <exception cref="OperationCanceledException">The message goes back to the queue: that is how its transport takes it.</exception>
    public async ValueTask<HeldTurn> WaitAsync(OperationState operation, IIncomingMessage message)
    {
        Circuit circuit = operation.Circuit;
        if (!circuit.Breaker.AdmitsAll)
            aside.Arrived(operation, message, isRequest: false);
        if (circuit.Breaker.IsDue && !circuit.RampUp.IsActive)
            return default;

        long since = clock.GetTimestamp();
        BeginRamp(circuit, operation);
        using var held = new HeldMessage(operation, endpoint, message);
        await HoldAsync(circuit, operation, held.Released).ConfigureAwait(false);
        await circuit.RampUp.EnterAsync(held.Released).ConfigureAwait(false);
        return new(circuit, operation, clock.GetElapsedTime(since));
    }

    /// <summary>Waits until what a consumer calls may no longer refuse it.</summary>
    /// <param name="operation">What is consumed.</param>
    /// <param name="message">The message.</param>
    /// <param name="refusal">How it was refused.</param>
    /// <param name="heldFor">How long the message has been held before.</param>
    /// <returns>How long it was held now.</returns>
    /// <exception cref="OperationCanceledException">The message goes back to the queue.</exception>
    public async ValueTask<TimeSpan> PutOffAsync(OperationState operation, IIncomingMessage message, RejectedException refusal, TimeSpan heldFor)
    {
        long since = clock.GetTimestamp();
        TimeSpan left = operation.Profile.CircuitBreaker.HoldLimit - heldFor;
        using var held = new HeldMessage(operation, endpoint, message);
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
            circuit.RampUp.Begin(operation.Profile.CircuitBreaker.HalfOpenMaxCalls);
    }

    private async Task HoldAsync(Circuit circuit, OperationState operation, CancellationToken released)
    {
        CircuitBreaker breaker = circuit.Breaker;
        long since = clock.GetTimestamp();
        while (!breaker.IsDue)
        {
            CircuitBreakerOptions options = operation.Profile.CircuitBreaker;
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
