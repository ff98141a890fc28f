using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Tells a fallback reply from a real one.</summary>
public static class FallbackResponseExtensions
{
    /// <summary>True when a fallback, here or at the called service, stands in for the real reply.</summary>
    /// <param name="response">A response, or any message context.</param>
    /// <param name="reason">Why; <see cref="FallbackReason.None"/> when the reply is real.</param>
    public static bool IsFallback(this MessageContext response, out FallbackReason reason)
    {
        ArgumentNullException.ThrowIfNull(response);
        reason = FallbackReason.None;
        return response.Headers.TryGetHeader(ResilienceHeaders.Fallback, out object? value)
            && Enum.TryParse(value.ToString(), out reason)
            && reason != FallbackReason.None;
    }

    /// <inheritdoc cref="IsFallback(MessageContext, out FallbackReason)"/>
    public static bool IsFallback(this MessageContext response) => response.IsFallback(out _);
}
