namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Is told of events on the thread that raises them, so that it misses none: for this framework's own use, by what is quick,
/// bounded and never throws.
/// </summary>
internal interface IEventSink
{
    /// <summary>Whether events of a type are wanted at the moment; asked before each is made.</summary>
    bool Wants(Type eventType);

    /// <summary>Takes one.</summary>
    void Add(ResilienceEvent happened);
}
