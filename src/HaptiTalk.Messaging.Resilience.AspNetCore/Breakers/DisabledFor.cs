using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>For how long a breaker is to be disabled, as somebody wrote it.</summary>
internal static class DisabledFor
{
    public const string Name = "duration";
    public const string Description = "How long it lasts, as hours:minutes:seconds: 00:00:01 to 1.00:00:00.";

    private static readonly RangeAttribute Allowed =
        new(typeof(TimeSpan), ResilienceControl.Shortest.ToString("c"), ResilienceControl.Longest.ToString("c"));

    /// <summary>Reads a body that holds a duration, and may hold a reason.</summary>
    public static IResult? ReadFrom(RequestBody body, out TimeSpan duration, out string? reason)
    {
        duration = default;
        BodyMember[] written = [.. body.Members.Where(static member => member.Name == Name)];
        if (Reason.ReadFrom(body with { Members = [.. body.Members.Except(written)] }, out reason) is { } wrong)
            return wrong;
        if (written is not [{ Kind: JsonValueKind.String, Text: { } text }])
            return Problems.Invalid(Name, "is needed: a text such as 00:15:00 (hours:minutes:seconds).");
        if (!SettingParser.TryParse(text, typeof(TimeSpan), Allowed, out object? value, out string problem))
            return Problems.Invalid(Name, $"'{text}' {problem}");

        duration = (TimeSpan)value!;
        return null;
    }
}
