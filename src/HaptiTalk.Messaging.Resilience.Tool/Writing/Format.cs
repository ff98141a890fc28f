using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Numbers and times as people read them.</summary>
internal static class Format
{
    public const string Nothing = "–";

    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB"];

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Count(long? number) => number is { } known ? Count(known) : Nothing;

    public static string Messages(long number) => number == 1 ? "1 message" : $"{Count(number)} messages";

    public static string Time(DateTimeOffset? at) =>
        at?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? Nothing;

    public static string Ago(DateTimeOffset? at, DateTimeOffset now) => at is { } known ? $"{Span(now - known)} ago" : Nothing;

    public static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalSeconds: < 10 } moment => string.Create(CultureInfo.InvariantCulture, $"{moment.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds.TotalSeconds:0} s"),
        { TotalHours: < 1 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.Minutes} min {minutes.Seconds} s"),
        { TotalDays: < 1 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.Hours} h {hours.Minutes} min"),
        var days => string.Create(CultureInfo.InvariantCulture, $"{Count((long)days.TotalDays)} d {days.Hours} h"),
    };

    public static string Bytes(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 1024 && unit < Sizes.Length - 1; unit++)
            size /= 1024;
        return unit == 0 ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B") : string.Create(CultureInfo.InvariantCulture, $"{size:0.0} {Sizes[unit]}");
    }

    public static string Growth(double? perMinute) =>
        perMinute is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:+#,0.#;-#,0.#;0} /min") : Nothing;

    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>A name of code as words: <c>RequesterGone</c> is "requester gone".</summary>
    public static string Words(Enum value)
    {
        string name = value.ToString();
        return string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) ? $"{(at > 0 ? " " : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
    }
}
