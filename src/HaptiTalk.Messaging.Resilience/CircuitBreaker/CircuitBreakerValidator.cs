namespace HaptiTalk.Messaging.Resilience;

/// <summary>What no single setting's range can say.</summary>
internal static class CircuitBreakerValidator
{
    public static IEnumerable<(string Key, string Message)> Validate(CircuitBreakerOptions options)
    {
        if (options.SlowCallDuration is null != options.SlowCallRatio is null)
        {
            yield return options.SlowCallDuration is null
                ? ("CircuitBreaker:SlowCallRatio", "needs CircuitBreaker:SlowCallDuration, which says what slow is.")
                : ("CircuitBreaker:SlowCallDuration", "needs CircuitBreaker:SlowCallRatio, which says how many slow calls are too many.");
        }
    }
}
