namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>Reads <see cref="ResilienceHeaders.Deadline"/>.</summary>
public static class DeadlineHeader
{
    /// <summary>What the header says, for <see cref="IOuterDeadline.Owner"/>; null where it says nothing that makes sense: anybody may have written it.</summary>
    /// <param name="text">The header's text; null where there is none.</param>
    public static string? Read(string? text) => DeadlineOwner.IsOne(text) ? text : null;
}
