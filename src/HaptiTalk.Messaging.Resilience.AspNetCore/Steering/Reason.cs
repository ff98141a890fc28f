using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Why somebody changes something, for the log and the audit.</summary>
internal static class Reason
{
    public const string Name = "reason";
    public const string Description = "Why, in one line of at most 500 characters.";

    private const int Longest = 500;

    /// <summary>Says what is wrong with a reason; null when nothing is.</summary>
    public static string? ProblemOf(string? reason) =>
        reason is null ? null
        : reason.Length > Longest ? $"is {reason.Length} characters long; allowed: {Longest}."
        : OneLine.IsPlain(reason) ? null
        : OneLine.Rule;

    /// <summary>Reads a reason that stands in a body beside other things.</summary>
    public static string? ReadFrom(BodyFields fields)
    {
        string? reason = fields.Text(Name);
        if (ProblemOf(reason) is { } problem)
            fields.Refuse(Name, problem);
        return reason;
    }

    /// <summary>Reads a body that may hold a reason and nothing else.</summary>
    public static IResult? ReadFrom(RequestBody body, out string? reason)
    {
        reason = null;
        var errors = new FieldErrors();
        foreach (BodyMember member in body.Members)
        {
            if (member.Name != Name)
                errors.Add(member.Name, $"is not known here. Known: {Name}.");
            else if (member.Kind != JsonValueKind.String)
                errors.Add(member.Name, $"is {BodyMember.Describe(member.Kind)}; a text is expected.");
            else
                errors.Add(member.Name, ProblemOf(reason = member.Text));
        }

        return body.Problem ?? (errors.None ? null : Problems.Invalid(errors));
    }
}
