using System.Globalization;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads durations as <c>hours:minutes:seconds</c>, with days before a point and parts of a second after one where they are written.
/// <see cref="TimeSpan.Parse(string)"/> reads <c>5000</c> as days, <c>24:00:00</c> as 24 days and <c>00:05</c> as five minutes.
/// </summary>
internal static partial class Duration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        Match match = Form.Match(text.Trim());
        if (!match.Success)
            return false;

        bool hasDays = match.Groups["days"].Success;
        long hours = Number(match.Groups["hours"]);
        if (hasDays && hours >= TimeSpan.HoursPerDay)
            return false;

        // Decimal: what does not fit into a TimeSpan must be seen, not overflow.
        decimal seconds = (Number(match.Groups["days"]) * (decimal)TimeSpan.HoursPerDay + hours) * 3600
            + Number(match.Groups["minutes"]) * 60
            + decimal.Parse(match.Groups["seconds"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        decimal ticks = seconds * TimeSpan.TicksPerSecond;
        if (ticks > long.MaxValue)
            return false;

        duration = new(match.Groups["sign"].Length == 0 ? (long)ticks : -(long)ticks);
        return true;
    }

    private static long Number(Group digits) => digits.Success ? long.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"\A(?<sign>-?)((?<days>[0-9]{1,8})\.)?(?<hours>[0-9]{1,9}):(?<minutes>[0-5]?[0-9]):(?<seconds>[0-5]?[0-9](\.[0-9]{1,7})?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Form { get; }
}
