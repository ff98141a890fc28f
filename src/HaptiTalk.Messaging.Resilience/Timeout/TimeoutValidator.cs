namespace HaptiTalk.Messaging.Resilience;

/// <summary>What no single setting's range can say.</summary>
internal static class TimeoutValidator
{
    public static IEnumerable<(string Key, string Message)> Validate(TimeoutOptions options)
    {
        if (options.AttemptTimeout > options.DefaultTimeout)
            yield return ("Timeout:AttemptTimeout", $"is above Timeout:DefaultTimeout ({options.DefaultTimeout:c}); one attempt cannot take longer than all of them.");
    }
}
