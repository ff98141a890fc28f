using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The answers to requests that fail.</summary>
internal static class Problems
{
    private const string MediaType = "application/problem+json";

    public static IResult Of(int status, string detail) => TypedResults.Json(
        new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail }, DocumentedJson.Options, MediaType, status);

    /// <summary>A queue cannot be read safely: why, and what would help.</summary>
    public static IResult Refused(PeekRefusedException refused) => TypedResults.Json(
        new ProblemDetails
        {
            Status = StatusCodes.Status409Conflict,
            Title = ReasonPhrases.GetReasonPhrase(StatusCodes.Status409Conflict),
            Detail = $"'{refused.Queue}' cannot be read safely: {refused.Safety.Reason}. Nothing has changed.",
            Extensions = { ["reason"] = refused.Safety.Reason, ["remedies"] = refused.Safety.Remedies },
        },
        DocumentedJson.Options,
        MediaType,
        StatusCodes.Status409Conflict);

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
