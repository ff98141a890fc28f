using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Answers with what strangers have written into messages: tables in tables in tables.</summary>
internal static class DeadLetterJson
{
    private const int Deepest = 1000;

    private static readonly JsonSerializerOptions Options = Create();

    public static IResult Answer<T>(T value, int status = StatusCodes.Status200OK) => TypedResults.Json(value, Options, statusCode: status);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(DocumentedJson.Options) { MaxDepth = Deepest };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
