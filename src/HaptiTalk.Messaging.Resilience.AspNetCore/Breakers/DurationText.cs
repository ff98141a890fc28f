using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads a time as the settings are written: <c>hours:minutes:seconds</c>, with days before a point. <see cref="TimeSpan"/> alone reads
/// <c>900</c> as days, <c>00:15</c> as minutes, and <c>24:00:00</c> as 24 days.
/// </summary>
internal static class DurationText
{
    private static readonly string[] Forms = [@"h\:m\:s", @"h\:m\:s\.FFFFFFF", @"d\.h\:m\:s", @"d\.h\:m\:s\.FFFFFFF"];

    public static bool TryParse(string text, out TimeSpan time)
    {
        text = text.Trim();

        // Hours up to 23 alone can be read with the rest. The point may be there without a digit behind it.
        int end = text.IndexOf(':', StringComparison.Ordinal);
        ushort hours = 0;
        string rest = end > 0 && ushort.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out hours) ? $"0{text[end..]}" : text;
        bool isTime = TimeSpan.TryParseExact(rest, Forms, CultureInfo.InvariantCulture, out time) && text[^1] != '.';
        time += TimeSpan.FromHours(hours);
        return isTime;
    }
}
