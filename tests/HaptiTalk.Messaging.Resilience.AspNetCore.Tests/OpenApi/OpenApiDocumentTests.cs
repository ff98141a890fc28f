using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The document that comes with the package is the one that these endpoints have.</summary>
public sealed class OpenApiDocumentTests
{
    // What ./eng/openapi sets to have the document written anew.
    private const string WriteTo = "HAPTITALK_WRITE_OPENAPI";

    [Fact]
    public async Task Document_OfThePackage_IsWhatTheEndpointsAre()
    {
        await using TestApplication application = await StartAsync(describeAlone: true);
        string generated = DocumentText.Of(await application.GetJsonAsync("/openapi/v1.json"));
        if (Environment.GetEnvironmentVariable(WriteTo) is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, generated, TestContext.Current.CancellationToken);

        OpenApiDocument.ReadText().ShouldBe(generated, "Run ./eng/openapi after a change of the endpoints.");
    }

    [Fact]
    public async Task Get_Document_DescribesEveryEndpointAndSaysWhereTheyAre()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        JsonNode document = await application.GetJsonAsync("/resilience/openapi.json");

        document["openapi"]!.GetValue<string>().ShouldStartWith("3.");
        document["servers"]![0]!["url"]!.GetValue<string>().ShouldBe("/resilience");
        string[] described =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select $"{operation.Key.ToUpperInvariant()} /resilience{path.Key}",
        ];
        string[] mapped =
        [
            .. from endpoint in application.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
               where endpoint.RoutePattern.RawText!.StartsWith("/resilience/", StringComparison.Ordinal)
               where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
               select $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText}",
        ];
        described.ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public async Task Get_Document_IsOneThatReadersUnderstand()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        ReadResult read = Microsoft.OpenApi.OpenApiDocument.Parse(await application.GetAsync("/resilience/openapi.json"));

        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Document!.Paths["/overview"].Operations![HttpMethod.Get].OperationId.ShouldBe("GetResilienceOverview");
    }

    [Fact]
    public async Task Get_HostBelowAPath_SaysSo()
    {
        await using TestApplication application = await TestApplication.StartAsync(application: web =>
        {
            web.UsePathBase("/shop");
            web.MapGroup("/internal").MapMessagingResilience();
        });

        (await application.GetJsonAsync("/shop/internal/resilience/openapi.json"))["servers"]![0]!["url"]!.GetValue<string>().ShouldBe("/shop/internal/resilience");
    }

    [Fact]
    public async Task Get_HostWithADocumentOfItsOwn_HasBoth()
    {
        await using TestApplication application = await StartAsync(describeAlone: false);

        (await application.GetJsonAsync("/openapi/v1.json"))["paths"]!.AsObject().Select(path => path.Key)
            .ShouldBeSubsetOf([.. OpenApiDocument.Read()["paths"]!.AsObject().Select(path => $"/resilience{path.Key}"), "/own"]);
        (await application.GetJsonAsync("/resilience/openapi.json"))["paths"].ShouldNotBeNull();
    }

    private static Task<TestApplication> StartAsync(bool describeAlone) => TestApplication.StartAsync(
        services => services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        }).AddOpenApi(options =>
        {
            if (!describeAlone)
                return;

            options.ShouldInclude = description => description.RelativePath!.StartsWith("resilience/", StringComparison.Ordinal);
            options.AddOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody?.Content?.Remove("*/*");
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = "HaptiTalk.Messaging.Resilience", Version = "v1" };
                document.Servers = null;
                var paths = new OpenApiPaths();
                foreach ((string path, IOpenApiPathItem item) in document.Paths)
                    paths.Add(path["/resilience".Length..], item);
                document.Paths = paths;
                return Task.CompletedTask;
            });
        }),
        web =>
        {
            web.MapOpenApi();
            web.MapMessagingResilience();
            web.MapGet("/own", () => "own");
        });
}
