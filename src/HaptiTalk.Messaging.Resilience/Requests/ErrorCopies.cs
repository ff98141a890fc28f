namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether a request that has failed leaves a copy in the error queue.</summary>
public enum ErrorCopies
{
    /// <summary>It does, as without a profile.</summary>
    Always,

    /// <summary>It does not: its requester has the fault. One whose fault could not be sent, or was not, leaves its copy.</summary>
    Never,
}
