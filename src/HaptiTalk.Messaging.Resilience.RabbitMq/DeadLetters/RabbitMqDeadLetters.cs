namespace HaptiTalk.Messaging.Resilience;

/// <summary>Everything about the dead letters of one broker, for programs without a container to resolve from.</summary>
public sealed class RabbitMqDeadLetters
{
    /// <summary>Connects when it is asked, not before.</summary>
    /// <param name="options">Which broker.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An address is no such address, or a number out of its range.</exception>
    public RabbitMqDeadLetters(DeadLetterOptions options, TimeProvider? time = null)
        : this(options, time ?? TimeProvider.System, telemetry: null)
    {
    }

    internal RabbitMqDeadLetters(DeadLetterOptions options, TimeProvider time, DeadLetterTelemetry? telemetry)
    {
        ArgumentNullException.ThrowIfNull(options);

        DeadLetterAccess broker = DeadLetterAccess.From(options, time);
        var cache = new PeekCache(time, options.CacheFor, options.CachedBytes);
        Address = broker.Address.ToString();
        Inspector = new DeadLetterInspector(broker, cache);
        Replayer = new DeadLetterReplayer(broker, cache, telemetry ?? DeadLetterTelemetry.None);
        Archive = new DeadLetterArchive(broker, cache);
        Mirror = new DeadLetterMirror(broker);
    }

    /// <summary>The broker's address, without its credentials.</summary>
    public string Address { get; }

    /// <summary>Looks.</summary>
    public IDeadLetterInspector Inspector { get; }

    /// <summary>Replays and discards.</summary>
    public IDeadLetterReplayer Replayer { get; }

    /// <summary>Exports and imports.</summary>
    public IDeadLetterArchive Archive { get; }

    /// <summary>Sets up streams to look into.</summary>
    public IDeadLetterMirror Mirror { get; }
}
