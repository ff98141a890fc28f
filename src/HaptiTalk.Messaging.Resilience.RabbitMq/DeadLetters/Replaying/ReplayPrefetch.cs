namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// How many messages the broker may deliver ahead: the window, less while their size is not known, and when they are so large that
/// they would fill the memory; more when many are kept, because what is kept is held until the end.
/// </summary>
internal sealed class ReplayPrefetch
{
    private const long BytesAtOnce = 64L * 1024 * 1024;
    private const int Probe = 16;

    // Within a minute or so they are dealt with: a broker closes the channel of what is held much longer.
    private const double SecondsAhead = 60;

    private readonly int _window;
    private int _current;
    private int _keptNow;
    private long _kept;
    private long _seen;
    private long _largest = 1;

    public ReplayPrefetch(ReplayRequest request)
    {
        double ahead = request.RatePerSecond is { } rate ? Math.Max(1, Math.Ceiling(rate * SecondsAhead)) : request.Window;
        _window = (int)Math.Min(Math.Min(request.Window, ahead), request.Limit ?? long.MaxValue);
        First = _current = Math.Min(_window, Probe);
    }

    public int First { get; }

    /// <summary>Whether no more can be kept.</summary>
    public bool IsFull => _kept >= QueueReading.MostHeld;

    /// <summary>One more that stays.</summary>
    public void Keep()
    {
        _kept++;
        _keptNow++;
    }

    /// <returns>Another number to go on with; null when this one is right.</returns>
    public int? Next(int bodyLength)
    {
        _seen++;
        _largest = Math.Max(_largest, bodyLength);
        int wanted = (int)Math.Clamp(BytesAtOnce / _largest, 1, _window);
        if (_keptNow * 2 >= _current)
            return Change((int)Math.Min(Math.Max(wanted, _kept), QueueReading.MostHeld));
        bool isProbed = _seen == Probe && wanted > _current;
        bool isTooMuch = wanted * 2 < _current && _kept == 0;
        return isProbed || isTooMuch ? Change(wanted) : null;
    }

    private int Change(int prefetch)
    {
        _keptNow = 0;
        return _current = prefetch;
    }
}
