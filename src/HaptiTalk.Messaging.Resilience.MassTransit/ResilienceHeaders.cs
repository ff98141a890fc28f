namespace HaptiTalk.Messaging.Resilience;

/// <summary>The framework's own headers on the wire.</summary>
internal static class ResilienceHeaders
{
    /// <summary>On a reply that a fallback made: the <see cref="FallbackReason"/>.</summary>
    public const string Fallback = "Resilience-Fallback";

    /// <summary>In the data of a fault's exception: why the request was refused without running.</summary>
    public const string Rejection = "Resilience-Rejection";

    /// <summary>In the data of a fault's exception: the profile that refused.</summary>
    public const string RejectionService = "Resilience-Service";

    /// <summary>In the data of a fault's exception: milliseconds until another try can be admitted.</summary>
    public const string RetryAfter = "Resilience-Retry-After";
}
