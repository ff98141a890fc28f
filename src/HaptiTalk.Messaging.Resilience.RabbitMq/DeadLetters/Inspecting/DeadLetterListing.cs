namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to list.</summary>
public sealed record DeadLetterListOptions
{
    /// <summary>Queues to list besides those that are found, or, without the management API, instead of them. Default: none.</summary>
    public IReadOnlyCollection<string> Queues { get; init; } = [];

    /// <summary>Whether queues without messages are listed as well. Default: false.</summary>
    public bool IncludeEmpty { get; init; }

    /// <summary>
    /// Whether the head of each queue is read for its age, where a crash meanwhile would cost nothing. Default: false.
    /// </summary>
    public bool IncludeOldest { get; init; }

    /// <summary>
    /// Over how long <see cref="DeadLetterQueue.GrowthPerMinute"/> is measured at least. Above 0, up to a day. Default: 1 minute.
    /// </summary>
    public TimeSpan GrowthOver { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The dead-letter queues of one virtual host, those with most messages first.</summary>
/// <param name="BrokerVersion">For example <c>4.0.5</c>.</param>
/// <param name="VirtualHost">Whose queues these are.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Queues">The queues.</param>
/// <param name="ManagementProblem">Why the management API did not help, so that only queues asked for are listed; null when it did.</param>
public sealed record DeadLetterListing(
    string BrokerVersion, string VirtualHost, DateTimeOffset TakenAt, IReadOnlyList<DeadLetterQueue> Queues, string? ManagementProblem);

/// <summary>One queue of dead letters.</summary>
public sealed record DeadLetterQueue
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What makes it a queue of dead letters.</summary>
    public required DeadLetterQueueKind Kind { get; init; }

    /// <summary>How the broker keeps it.</summary>
    public required BrokerQueueType Type { get; init; }

    /// <summary>Messages ready to be delivered; null when there is no queue of this name.</summary>
    public required long? Messages { get; init; }

    /// <summary>Who consumes it, normally nobody; null when not known.</summary>
    public int? Consumers { get; init; }

    /// <summary>
    /// How many messages more (or fewer) per minute than <see cref="DeadLetterListOptions.GrowthOver"/> ago, whoever has asked since. Null when no
    /// listing of this inspector counted the queue about then.
    /// </summary>
    public double? GrowthPerMinute { get; init; }

    /// <summary>When the message at its head failed; null when not asked for, not known, or not safe to look at.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>How often a message may be delivered before the broker drops it.</summary>
    public required DeliveryLimit DeliveryLimit { get; init; }

    /// <summary>Where what the broker drops from it goes; null when it is destroyed, or not known.</summary>
    public string? DeadLetterExchange { get; init; }

    /// <summary>The policy that applies to it; null when none does, or not known.</summary>
    public string? Policy { get; init; }

    /// <summary>The queues that dead-letter into it, as far as known.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>How it is looked at, or why not.</summary>
    public required PeekSafety Peek { get; init; }
}

/// <summary>What makes a queue one of dead letters.</summary>
public enum DeadLetterQueueKind
{
    /// <summary>MassTransit's <c>{queue}_error</c>: what a consumer failed at.</summary>
    Error,

    /// <summary>MassTransit's <c>{queue}_skipped</c>: what no consumer wanted.</summary>
    Skipped,

    /// <summary>Another queue's dead-letter exchange leads here.</summary>
    DeadLetterTarget,

    /// <summary>It was asked for by name.</summary>
    Named,
}

/// <summary>How often a queue delivers a message before it drops it.</summary>
/// <param name="IsKnown">Whether that is known. It is not without the management API.</param>
/// <param name="Limit">The limit; null for none, or not known.</param>
public readonly record struct DeliveryLimit(bool IsKnown, int? Limit)
{
    /// <summary>As often as it takes.</summary>
    public static DeliveryLimit None => new(IsKnown: true, Limit: null);

    /// <summary>Not known.</summary>
    public static DeliveryLimit Unknown => default;

    /// <inheritdoc/>
    public override string ToString() => (IsKnown, Limit) switch
    {
        (false, _) => "unknown",
        (true, null) => "none",
        (true, { } limit) => limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
