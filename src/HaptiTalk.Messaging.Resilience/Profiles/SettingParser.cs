using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads one written value; says what is allowed when it cannot.</summary>
internal static class SettingParser
{
    public static bool TryParse(string text, Type type, RangeAttribute? range, out object? value, out string problem)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        problem = string.Empty;
        value = null;
        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        IComparable? parsed = type switch
        {
            _ when type == typeof(bool) => bool.TryParse(text, out bool flag) ? flag : null,
            _ when type == typeof(int) => ParseWhole(text),
            _ when type == typeof(double) => ParseNumber(text),
            _ when type == typeof(TimeSpan) => ParseDuration(text),
            _ when type.IsEnum => ParseName(text, type),
            _ => throw new NotSupportedException($"Settings of type {type} cannot be read."),
        };

        if (parsed is null)
        {
            problem = $"is not {Describe(type)}{RangeText(range)}.";
            return false;
        }

        if (range is not null && (parsed.CompareTo(Bound(range.Minimum, parsed)) < 0 || parsed.CompareTo(Bound(range.Maximum, parsed)) > 0))
        {
            problem = $"is out of range{RangeText(range)}.";
            return false;
        }

        value = type == typeof(int) ? (int)(decimal)parsed : parsed;
        return true;
    }

    // Decimal, so that a number too large for an int is told apart from one that is no number.
    private static IComparable? ParseWhole(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    private static IComparable? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static IComparable? ParseDuration(string text) => Duration.TryParse(text, out TimeSpan duration) ? duration : null;

    // By name alone: Enum.Parse would also take numbers and lists.
    private static IComparable? ParseName(string text, Type type) =>
        Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase) ? (IComparable)Enum.Parse(type, text, ignoreCase: true) : null;

    private static IComparable Bound(object bound, IComparable parsed) => parsed switch
    {
        TimeSpan => TimeSpan.Parse((string)bound, CultureInfo.InvariantCulture),
        decimal => Convert.ToDecimal(bound, CultureInfo.InvariantCulture),
        _ => (IComparable)bound,
    };

    private static string Describe(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(TimeSpan) ? "a duration such as 00:00:05 (hours:minutes:seconds)"
        : $"one of {string.Join(", ", Enum.GetNames(type))}";

    private static string RangeText(RangeAttribute? range) =>
        range is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; allowed: {range.Minimum} to {range.Maximum}");
}
