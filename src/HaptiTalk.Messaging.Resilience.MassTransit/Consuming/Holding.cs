using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps messages that nobody waits for while the breaker is open: not acknowledged, not failed, in place. When their endpoint
/// stops they go back to the queue soon, so that a host need not wait for a service to recover before it can stop; so they do
/// when they have been held for long, because another instance may fare better.
/// </summary>
internal sealed class Holding(HeldEndpoints endpoints, TimeProvider clock)
{
    public void RequestArrived(ConsumeContext context) => endpoints.Of(context.ReceiveContext.InputAddress).RequestArrived();

    /// <summary>Waits until the breaker admits work, and for a turn where much has waited.</summary>
    /// <exception cref="OperationCanceledException">The message goes back to the queue: that is how MassTransit takes it.</exception>
    public async ValueTask<HeldTurn> WaitAsync(OperationState operation, ConsumeContext context)
    {
        Circuit circuit = operation.Circuit;
        if (circuit.Breaker.IsDue && !circuit.RampUp.IsActive)
            return default;

        HeldEndpoint endpoint = endpoints.Of(context.ReceiveContext.InputAddress);
        using var released = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, endpoint.Stopping);
        bool isWorn = HeldEndpoint.IsWorn(context);
        long since = clock.GetTimestamp();
        BeginRamp(circuit, operation);
        operation.Held();
        if (isWorn)
            endpoint.HoldsWorn();
        try
        {
            await HoldAsync(circuit, operation, endpoint, released.Token).ConfigureAwait(false);
            await circuit.RampUp.EnterAsync(released.Token).ConfigureAwait(false);
            return new(circuit, operation, clock.GetElapsedTime(since));
        }
        finally
        {
            operation.Released();
            if (isWorn)
                endpoint.ReleasedWorn();
        }
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
