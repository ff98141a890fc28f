namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where a call is protected. Two sides of one process never share a breaker, a bulkhead or a count.</summary>
public enum ResilienceSide
{
    /// <summary>Requests this process sends and waits for.</summary>
    Client,

    /// <summary>Messages this process consumes.</summary>
    Consumer,

    /// <summary>Messages this process publishes or sends without waiting for a reply.</summary>
    Publisher,

    /// <summary>Work that is not a message, run through <see cref="IServiceResilience"/>.</summary>
    Local,
}
