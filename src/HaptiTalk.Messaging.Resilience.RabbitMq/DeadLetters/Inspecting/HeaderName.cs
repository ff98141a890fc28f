namespace HaptiTalk.Messaging.Resilience;

/// <summary>Headers that MassTransit, the broker and we write.</summary>
internal static class HeaderName
{
    public const string Reason = "MT-Reason";
    public const string ExceptionType = "MT-Fault-ExceptionType";
    public const string ExceptionMessage = "MT-Fault-Message";
    public const string StackTrace = "MT-Fault-StackTrace";
    public const string Timestamp = "MT-Fault-Timestamp";
    public const string InputAddress = "MT-Fault-InputAddress";
    public const string ConsumerType = "MT-Fault-ConsumerType";
    public const string MessageType = "MT-Fault-MessageType";
    public const string ResponseAddress = "MT-Response-Address";
    public const string FaultAddress = "MT-Fault-Address";
    public const string Deaths = "x-death";
    public const string DeliveryCount = "x-delivery-count";
    public const string AcquiredCount = "x-acquired-count";

    /// <summary>How often a message has been replayed.</summary>
    public const string ReplayCount = "Resilience-Replay-Count";

    /// <summary>Which replay sent it, and as which of its messages: <c>{run}/{number}</c>.</summary>
    public const string ReplayId = "Resilience-Replay-Id";

    /// <summary>
    /// Names further queues, to which the broker delivers as well, whatever a message is published to: not sent with it again.
    /// </summary>
    public static bool IsOfCopies(string name) => name is "CC" or "BCC";

    /// <summary>What differs between two looks at the same message.</summary>
    public static bool IsOfTheLook(string name) =>
        name is DeliveryCount or AcquiredCount or "x-stream-offset" or "x-opt-delivery-count";

    /// <summary>
    /// What says how a message died and not what it is: not sent back with it. By exact name: <c>MT-Fault-Address</c>, for one,
    /// says where a fault is to be sent.
    /// </summary>
    public static bool IsOfTheDeath(string name) => name switch
    {
        Reason or ExceptionType or ExceptionMessage or StackTrace or Timestamp or InputAddress or ConsumerType or MessageType
            or "MT-Fault-RetryCount" or "MT-Fault-RedeliveryCount"
            or "MT-Host-MachineName" or "MT-Host-ProcessName" or "MT-Host-ProcessId" or "MT-Host-Assembly" or "MT-Host-AssemblyVersion"
            or "MT-Host-MassTransitVersion" or "MT-Host-FrameworkVersion" or "MT-Host-OperatingSystemVersion"
            or Deaths or "x-first-death-exchange" or "x-first-death-queue" or "x-first-death-reason"
            or "x-last-death-exchange" or "x-last-death-queue" or "x-last-death-reason"
            or DeliveryCount or AcquiredCount or "x-stream-offset" or "x-dotnet-pub-seq-no"
            // What this framework adds to an error copy.
            or "Resilience-Profile" or "Resilience-Operation" or "Resilience-Reason" or "Resilience-Attempts"
            or "Resilience-First-Failure" or "Resilience-Held" => true,
        _ => false,
    };
}
