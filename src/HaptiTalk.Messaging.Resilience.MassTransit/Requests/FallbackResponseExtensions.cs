using System.Globalization;
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
        reason = response.Headers.TryGetHeader(ResilienceHeaders.Fallback, out object? value) ? RefusalFormat.ReasonOf(value?.ToString()) : FallbackReason.None;
        return reason != FallbackReason.None;
    }

    /// <inheritdoc cref="IsFallback(MessageContext, out FallbackReason)"/>
    public static bool IsFallback(this MessageContext response) => response.IsFallback(out _);

    /// <summary>True when a last good reply, from before the failure, stands in for the real one.</summary>
    /// <param name="response">A response, or any message context.</param>
    /// <param name="age">How long ago it was received, in whole milliseconds; zero when this returns false.</param>
    public static bool TryGetFallbackAge(this MessageContext response, out TimeSpan age)
    {
        ArgumentNullException.ThrowIfNull(response);
        age = TimeSpan.Zero;
        if (!response.Headers.TryGetHeader(ResilienceHeaders.FallbackAge, out object? value)
            || !long.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            || milliseconds > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond)
        {
            return false;
        }

        age = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }
}
