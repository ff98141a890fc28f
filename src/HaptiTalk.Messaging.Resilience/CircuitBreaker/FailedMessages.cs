namespace HaptiTalk.Messaging.Resilience;

/// <summary>The latest failure, and how many different messages have failed: one that fails again and again, or all of them.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class FailedMessages
{
    /// <summary>As many are told apart.</summary>
    public const int Most = 50;

    private HashSet<Guid>? _ids;
    private FailedCall? _latest;

    public void Add(FailedCall call)
    {
        _latest = call;
        if (call.MessageId is { } id && (_ids ??= []).Count < Most)
            _ids.Add(id);
    }

    /// <summary>What opened the circuit, to be put into words by the first who asks; null where no failure did.</summary>
    public Lazy<CircuitCause>? Conclude()
    {
        if (_latest is not { } latest)
            return null;

        // An exception may hold on to much.
        _latest = null;
        int messages = _ids?.Count ?? 0;
        return new(() => latest.Describe(messages));
    }

    public void Clear()
    {
        _latest = null;
        _ids = null;
    }
}
