namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>The framework's own headers on the wire.</summary>
public static class ResilienceHeaders
{
    /// <summary>On a request: whose deadline it stands under, milliseconds, the setting that set it, and the service: <c>4000 DefaultTimeout orders</c>.</summary>
    public const string Deadline = "Resilience-Deadline";

    /// <summary>On a reply that a fallback made: the <see cref="FallbackReason"/>.</summary>
    public const string Fallback = "Resilience-Fallback";

    /// <summary>On a reply that stands in and was real once: how old it is, a number of milliseconds.</summary>
    public const string FallbackAge = "Resilience-Fallback-Age";

    /// <summary>With a refusal: why the work was refused without running.</summary>
    public const string Rejection = "Resilience-Rejection";

    /// <summary>With a refusal: the profile that refused.</summary>
    public const string RejectionService = "Resilience-Service";

    /// <summary>With a refusal: the state of the breaker that refused.</summary>
    public const string CircuitState = "Resilience-Circuit-State";

    /// <summary>With a refusal: milliseconds until another try can be admitted.</summary>
    public const string RetryAfter = "Resilience-Retry-After";

    /// <summary>With a refusal: how many calls below the service that answers it was refused; 0 where that one refused.</summary>
    public const string RejectionDepth = "Resilience-Depth";

    /// <summary>On an error copy: the profile under which the message was consumed.</summary>
    public const string Profile = "Resilience-Profile";

    /// <summary>On an error copy: the operation. With a refusal: what was refused.</summary>
    public const string Operation = "Resilience-Operation";

    /// <summary>On an error copy: why it failed: <c>Failed</c>, <c>TimedOut</c> or <c>CallerMistake</c>.</summary>
    public const string Reason = "Resilience-Reason";

    /// <summary>On an error copy: attempts begun, a number. With a refusal: attempts that were sent before.</summary>
    public const string Attempts = "Resilience-Attempts";

    /// <summary>On an error copy: when and how the first attempt failed.</summary>
    public const string FirstFailure = "Resilience-First-Failure";

    /// <summary>On an error copy of a message that was held: for how long, a number of milliseconds.</summary>
    public const string Held = "Resilience-Held";

    /// <summary>On an error copy whose own headers did not fit beside what is added: the names of those that were cut.</summary>
    public const string Cut = "Resilience-Cut";
}
