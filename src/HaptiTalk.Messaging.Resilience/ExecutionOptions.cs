namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an execution is called, and which of the profile's settings apply to it.</summary>
public sealed record ExecutionOptions
{
    /// <summary>
    /// What is run, for metrics and messages. Few different values: never an id or a URL. A service keeps the first 100 apart, and
    /// those that its profile has settings for; all others share the operation <c>other</c>. Default <c>execute</c>.
    /// </summary>
    public string Operation { get; init; } = "execute";

    /// <summary>
    /// A key of <c>Timeout:Timeouts</c> (<c>database</c>, <c>redis</c> …) whose value bounds the call in place of
    /// <c>Timeout:DefaultTimeout</c>; where the profile has no such key the default applies. Default none.
    /// </summary>
    public string? Dependency { get; init; }

    /// <summary>The key of the fallback registered with <see cref="IServiceResilience.RegisterFallback{TResult}"/>. Default: the operation.</summary>
    public string? FallbackKey { get; init; }

    internal static ExecutionOptions Default { get; } = new();
}
