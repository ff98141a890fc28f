namespace HaptiTalk.Messaging.Resilience;

/// <summary>One thing that is wrong in the configuration.</summary>
/// <param name="Path">Where: the full configuration path, for example <c>Resilience:Profiles:auth:Retry:MaxRetries</c>, or the file that cannot be read.</param>
/// <param name="Value">What stands there; null when something is missing or it is not about a single value.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ProfileProblem(string Path, string? Value, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"{Path}: {Message}" : $"{Path} = '{Value}': {Message}";
}
