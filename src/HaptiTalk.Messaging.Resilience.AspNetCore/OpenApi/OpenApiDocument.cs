using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Describes the endpoints to programs. <c>./eng/openapi</c> generates the document from the endpoints, and the package carries
/// it. So a host needs no OpenAPI library.
/// </summary>
internal static class OpenApiDocument
{
    private const string Path = "/openapi.json";

    public static void MapOpenApiDocument(this IEndpointRouteBuilder group) => group
        .MapGet(Path, static (HttpRequest request) =>
        {
            JsonObject document = Read();
            string group = (request.PathBase + request.Path).ToString();

            // The paths are those below the place where the host has put the group.
            document["servers"] = new JsonArray(new JsonObject { ["url"] = group[..^Path.Length] });
            return TypedResults.Json(document, DocumentedJson.Options);
        })
        .ExcludeFromDescription();

    public static JsonObject Read() => JsonNode.Parse(ReadText())!.AsObject();

    public static string ReadText()
    {
        using var text = new StreamReader(typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!);
        return text.ReadToEnd();
    }
}
