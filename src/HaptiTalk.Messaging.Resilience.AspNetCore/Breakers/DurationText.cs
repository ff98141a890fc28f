using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads a time as the settings are written: <c>hours:minutes:seconds</c>, with days before a point. <see cref="TimeSpan"/> alone reads
/// <c>900</c> as days, <c>00:15</c> as minutes, and <c>24:00:00</c> as 24 days.
/// </summary>
internal static class DurationText
{
    private static readonly string[] WithinADay = [@"h\:m\:s", @"h\:m\:s\.FFFFFFF"];
    private static readonly string[] WithDays = [@"d\.h\:m\:s", @"d\.h\:m\:s\.FFFFFFF"];

    public static bool TryParse(string text, out TimeSpan time)
    {
        text = text.Trim();
        int hoursEnd = text.IndexOf(':', StringComparison.Ordinal);
        if (hoursEnd < 0 || !ushort.TryParse(text.AsSpan(0, hoursEnd), NumberStyles.None, CultureInfo.InvariantCulture, out ushort hours))
            return TimeSpan.TryParseExact(text, WithDays, CultureInfo.InvariantCulture, out time);

        bool isTime = TimeSpan.TryParseExact($"0{text[hoursEnd..]}", WithinADay, CultureInfo.InvariantCulture, out time);
        time += TimeSpan.FromHours(hours);
        return isTime;
    }
}
