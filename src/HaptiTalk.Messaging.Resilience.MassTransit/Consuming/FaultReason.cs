namespace HaptiTalk.Messaging.Resilience;

/// <summary>Why a delivery ended in the error queue.</summary>
internal enum FaultReason
{
    /// <summary>The consumer failed, and no attempt was left.</summary>
    Failed,

    /// <summary>The consumer, or what it called, did not end in time.</summary>
    TimedOut,

    /// <summary>The message itself is at fault, so it was not repeated.</summary>
    CallerMistake,
}
