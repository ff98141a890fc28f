namespace HaptiTalk.Messaging.Resilience;

/// <summary>Something the framework did or decided. Handlers are added with <c>OnEvent</c> or as <see cref="IResilienceEventObserver{TEvent}"/>.</summary>
public abstract record ResilienceEvent
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}

/// <summary>Something that happened to one service on one side.</summary>
public abstract record ServiceEvent : ResilienceEvent
{
    /// <summary>The profile's name.</summary>
    public required string Service { get; init; }

    /// <summary>Where the call is protected.</summary>
    public required ResilienceSide Side { get; init; }

    /// <summary>The operation; null where it concerns all operations of the service.</summary>
    public string? Operation { get; init; }
}
