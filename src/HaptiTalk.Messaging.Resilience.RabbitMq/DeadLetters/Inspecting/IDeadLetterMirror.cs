namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Sets up a stream that gets a copy of what is dead-lettered from now on. A stream can be read as often as one likes, on every
/// broker: it is what to look into where the queue itself cannot be.
/// </summary>
public interface IDeadLetterMirror
{
    /// <summary>
    /// Makes the stream <c>{queue}_mirror</c> and binds it to the exchange named as the queue, which MassTransit sends its dead
    /// letters through. Doing it again changes nothing.
    /// </summary>
    /// <param name="queue">The queue of dead letters.</param>
    /// <param name="options">How much the stream keeps; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The stream's name.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="DeadLetterAccessException">
    /// The broker could not be reached, has no such queue or exchange, has the stream with another size, or these credentials may not.
    /// </exception>
    Task<string> CreateAsync(string queue, DeadLetterMirrorOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>How much a mirror keeps.</summary>
public sealed record DeadLetterMirrorOptions
{
    /// <summary>Bytes it keeps, roughly. Default: 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>For how long it keeps a message. Whole seconds. Default: 7 days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);
}
