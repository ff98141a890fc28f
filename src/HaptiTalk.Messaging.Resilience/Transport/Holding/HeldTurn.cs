namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>The right of a message that was held to run; to be ended when it has. None is needed where nothing is held.</summary>
internal readonly struct HeldTurn
{
    private readonly Circuit? _circuit;
    private readonly OperationState? _operation;

    internal HeldTurn(Circuit circuit, OperationState operation, TimeSpan heldFor)
    {
        (_circuit, _operation, HeldFor) = (circuit, operation, heldFor);
    }

    /// <summary>How long the message was held; zero where it was not.</summary>
    public TimeSpan HeldFor { get; }

    /// <summary>
    /// Ends it. A success makes room for one more, but a probe's only when it has closed the breaker; while that is disabled everything does.
    /// </summary>
    /// <param name="succeeded">Its work went well.</param>
    public void End(bool succeeded) => _circuit?.RampUp.Leave(
        _circuit.Breaker.State == CircuitState.Disabled || (succeeded && _circuit.Breaker.State == CircuitState.Closed),
        _operation!.Profile.Bulkhead.MaxConcurrentCalls);
}
