using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Answers under the documented names.</summary>
internal static class DeadLetterJson
{
    public static IResult Answer<T>(T value, int status = StatusCodes.Status200OK) => TypedResults.Json(value, DocumentedJson.Options, statusCode: status);
}
