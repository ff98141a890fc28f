using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Numbers with units, as they are typed.</summary>
internal static class Amounts
{
    public const string SpanForm = "250ms, 2s, 5m, 1h or 7d";
    public const string RateForm = "50/s, 3000/m or 100/h";
    public const string SizeForm = "1048576, 512KiB, 256MiB or 2GiB";
    public const string ShareForm = "0.1 or 10%, from 0 to 1";
    public const string TimeForm = "2026-11-26T08:30:00Z (UTC without an offset), or how long ago: 2h, 7d";

    private static readonly (string Unit, TimeSpan Span)[] Spans =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    private static readonly (string Unit, long Bytes)[] Sizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    public static bool TrySpan(string text, out TimeSpan span)
    {
        span = default;
        foreach ((string unit, TimeSpan one) in Spans)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !TryNumber(text[..^unit.Length], out double number) || number * one.TotalDays > 36_500)
                continue;
            span = one * number;
            return true;
        }

        return false;
    }

    /// <summary>Messages per second.</summary>
    public static bool TryRate(string text, out double? perSecond)
    {
        perSecond = null;
        string[] parts = text.Split('/');
        double seconds = parts is [_] ? 1 : parts is [_, var unit] && TrySpan($"1{unit}", out TimeSpan span) ? span.TotalSeconds : 0;
        if (seconds <= 0 || !TryNumber(parts[0], out double number) || number <= 0)
            return false;
        perSecond = number / seconds;
        return true;
    }

    public static bool TrySize(string text, out long bytes)
    {
        (string unit, long one) = Sizes.FirstOrDefault(size => text.EndsWith(size.Unit, StringComparison.OrdinalIgnoreCase));
        bytes = 0;
        if (!TryNumber(text[..^(unit?.Length ?? 0)], out double number) || number < 1 || number > long.MaxValue / 2.0 / Math.Max(1, one))
            return false;
        bytes = (long)(number * Math.Max(1, one));
        return true;
    }

    public static bool TryShare(string text, out double share)
    {
        bool isPercent = text.EndsWith('%');
        bool isNumber = TryNumber(isPercent ? text[..^1] : text, out share);
        share = isPercent ? share / 100 : share;
        return isNumber && share <= 1;
    }

    public static Reader<DateTimeOffset?> TimeOf(TimeProvider clock) => (string text, out DateTimeOffset? time) =>
    {
        time = null;
        if (TrySpan(text, out TimeSpan ago))
            time = clock.GetUtcNow() - ago;
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset given))
            time = given;
        return time is not null;
    };

    public static Reader<int> Whole(int least, int most) => (string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    public static Reader<long?> Whole(long least, long most) => (string text, out long? number) =>
    {
        bool isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long read);
        number = read;
        return isNumber && read >= least && read <= most;
    };

    // No sign, no exponent, no infinity.
    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
