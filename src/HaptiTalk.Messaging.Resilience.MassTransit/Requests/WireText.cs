namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what another process wrote, which may be anything.</summary>
internal static class WireText
{
    /// <summary>A reason by its name; <see cref="FallbackReason.None"/> for all else, numbers among it.</summary>
    public static FallbackReason Reason(object? value) =>
        value?.ToString() is { } text
        && Enum.TryParse(text, out FallbackReason reason)
        && string.Equals(text, Enum.GetName(reason), StringComparison.Ordinal)
            ? reason
            : FallbackReason.None;
}
