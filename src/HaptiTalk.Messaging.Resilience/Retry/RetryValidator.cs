namespace HaptiTalk.Messaging.Resilience;

/// <summary>What no single setting's range can say.</summary>
internal static class RetryValidator
{
    public static IEnumerable<(string Key, string Message)> Validate(RetryOptions options)
    {
        if (options.MaxDelay < options.InitialDelay)
            yield return ("Retry:MaxDelay", $"is below Retry:InitialDelay ({options.InitialDelay:c}); the longest wait cannot be shorter than the first.");
    }
}
