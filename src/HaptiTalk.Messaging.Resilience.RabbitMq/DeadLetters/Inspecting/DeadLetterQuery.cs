namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which dead letters are meant: those that fit everything that is set. With nothing set, all of them.</summary>
/// <remarks>
/// Type and queue names are compared without regard to case, a type with or without its namespace; <c>*</c> stands for any text.
/// </remarks>
public sealed record DeadLetterQuery
{
    /// <summary>Every message.</summary>
    public static DeadLetterQuery Everything { get; } = new();

    /// <summary>Any of these as <see cref="DeadLetter.Id"/> or <see cref="DeadLetter.MessageId"/>; empty for any message.</summary>
    public IReadOnlyCollection<string> Ids { get; init; } = [];

    /// <summary>The message's type.</summary>
    public string? MessageType { get; init; }

    /// <summary>The exception's type.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The consumer that failed.</summary>
    public string? ConsumerType { get; init; }

    /// <summary>The queue it was consumed from.</summary>
    public string? InputQueue { get; init; }

    /// <summary>The fingerprint of the failure, see <see cref="DeadLetterFailure.Fingerprint"/>.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>A header that is there, in the message or in MassTransit's envelope.</summary>
    public string? HeaderName { get; init; }

    /// <summary>What that header says; null for anything.</summary>
    public string? HeaderValue { get; init; }

    /// <summary>A text that the body contains, without regard to the case of ASCII letters.</summary>
    public string? BodyText { get; init; }

    /// <summary>Failed at this time or later. What says no time does not fit.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Failed before this time. What says no time does not fit.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What a group has nothing of: messages without these are meant. Empty for no such wish.</summary>
    public IReadOnlyCollection<DeadLetterGrouping> Without { get; init; } = [];
}
