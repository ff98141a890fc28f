namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Lets work that was held back start again step by step: few at once first, one more for each that succeeds, until as many run
/// as the bulkhead admits anyway. A service that has just recovered does not get everything that waited in one burst.
/// </summary>
internal sealed class RampUp(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Bulkhead _places = new(Wide(int.MaxValue), clock);
    private volatile int _width = int.MaxValue;

    public bool IsActive => _width != int.MaxValue;

    /// <summary>Work is being held from now on; what follows it starts with so many at once.</summary>
    public void Begin(int width)
    {
        lock (_gate)
        {
            if (width < _width)
                Become(width);
        }
    }

    /// <summary>Waits for a turn, first come, first served.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken) =>
        await _places.EnterAsync(Timeout.InfiniteTimeSpan, refusable: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a turn.</summary>
    /// <param name="succeeded">Widens the way for the next.</param>
    /// <param name="full">As many at once end the ramp.</param>
    public void Leave(bool succeeded, int full)
    {
        lock (_gate)
        {
            if (succeeded && IsActive)
                Become(_width + 1 < full ? _width + 1 : int.MaxValue);
        }

        _places.Exit();
    }

    private void Become(int width)
    {
        _width = width;
        _places.Apply(Wide(width));
    }

    private static BulkheadOptions Wide(int width) => new() { MaxConcurrentCalls = width, QueueCapacity = 0 };
}
