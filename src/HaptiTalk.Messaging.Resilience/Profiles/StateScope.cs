namespace HaptiTalk.Messaging.Resilience;

/// <summary>Who shares a circuit, a bulkhead and counts.</summary>
public enum StateScope
{
    /// <summary>All operations of the service, on one side.</summary>
    Service,

    /// <summary>This operation alone.</summary>
    Operation,
}
