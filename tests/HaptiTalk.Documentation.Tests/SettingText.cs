using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace HaptiTalk.Documentation.Tests;

/// <summary>How the documentation writes types, values and ranges of settings.</summary>
internal static class SettingText
{
    public const string None = "–";

    private static readonly Dictionary<Type, string> TypeNames = new()
    {
        [typeof(bool)] = "true or false",
        [typeof(int)] = "whole number",
        [typeof(double)] = "number",
        [typeof(TimeSpan)] = "duration",
        [typeof(IReadOnlyList<string>)] = "list of names",
        [typeof(IReadOnlyDictionary<string, TimeSpan>)] = "durations by name",
    };

    public static string OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? "name" : TypeNames[type];
    }

    public static string OfValue(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "`true`" : "`false`",
        TimeSpan duration => OfDuration(duration),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        Enum name => $"`{name}`",
        System.Collections.ICollection { Count: 0 } => "none",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"No text for {value}."),
    };

    public static string OfRange(Type type, RangeAttribute? range) => range switch
    {
        null when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } names => string.Join(", ", Enum.GetNames(names).Select(name => $"`{name}`")),
        null => None,
        _ => $"{OfValue(Bound(range.Minimum))} – {OfValue(Bound(range.Maximum))}",
    };

    /// <summary>A value as a configuration file holds it.</summary>
    public static string OfConfigured(string value) =>
        value.Contains(':') ? OfDuration(TimeSpan.Parse(value, CultureInfo.InvariantCulture)) : value;

    private static object Bound(object bound) => bound is string text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : bound;

    private static string OfDuration(TimeSpan duration) =>
        duration == TimeSpan.FromDays(1) ? "1 day"
        : IsWhole(duration, TimeSpan.TicksPerDay) ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalDays} days")
        : IsWhole(duration, TimeSpan.TicksPerHour) ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours} h")
        : duration != TimeSpan.Zero && duration < TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds} s");

    private static bool IsWhole(TimeSpan duration, long unit) => duration != TimeSpan.Zero && duration.Ticks % unit == 0;
}
