using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a caller is told who cannot have what it asked for.</summary>
internal static class Problems
{
    private const string MediaType = "application/problem+json";

    public static IResult Of(int status, string detail) => TypedResults.Json(
        new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail }, DocumentedJson.Options, MediaType, status);

    /// <summary>One field is wrong.</summary>
    public static IResult Invalid(string field, string problem)
    {
        var errors = new FieldErrors();
        errors.Add(field, problem);
        return Invalid(errors);
    }

    /// <summary>Everything that is wrong, by field.</summary>
    public static IResult Invalid(FieldErrors errors, int status = StatusCodes.Status400BadRequest, string detail = "Nothing has changed.") =>
        TypedResults.Json(
            new HttpValidationProblemDetails(errors.ToDictionary()) { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail },
            DocumentedJson.Options,
            MediaType,
            status);
}
