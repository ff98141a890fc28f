namespace HaptiTalk.Messaging.Resilience;

/// <summary>All dead-letter services of one broker, for programs without dependency injection.</summary>
public sealed class RabbitMqDeadLetters
{
    /// <summary>Creates the services. They connect when they are first used.</summary>
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

    /// <summary>Lists and reads dead letters.</summary>
    public IDeadLetterInspector Inspector { get; }

    /// <summary>Replays and discards dead letters.</summary>
    public IDeadLetterReplayer Replayer { get; }

    /// <summary>Exports and imports dead letters.</summary>
    public IDeadLetterArchive Archive { get; }

    /// <summary>Copies what arrives in a queue to a stream, which can be read safely.</summary>
    public IDeadLetterMirror Mirror { get; }
}
