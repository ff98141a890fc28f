using System.Text.Json;
using System.Text.Json.Nodes;
using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The page about the endpoints, beside a host that has them.</summary>
public sealed class HttpPageTests
{
    private const string Operations = "Resilience:Profiles:user:Operations:getUserProfile";

    private static readonly MarkdownPage Page = MarkdownPage.Read("docs/http.md");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoints_OfTheTable_AreThoseThatAreMapped()
    {
        await using WebApplication host = await StartAsync();

        Page.TableWith("Endpoint").Select("Endpoint").ShouldBe(
            from endpoint in host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            select $"`{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText!.TrimEnd('/')}`",
            ignoreOrder: true);
    }

    [Fact]
    public void Events_OfTheTable_AreAllThereAre() =>
        Page.TableWith("Sent").Select("Events").SelectMany(events => events.Split(", ")).ShouldBe(
            typeof(ResilienceEvent).Assembly.GetExportedTypes()
                .Where(type => type.IsSubclassOf(typeof(ResilienceEvent)) && !type.IsAbstract)
                .Select(type => $"`{JsonNamingPolicy.CamelCase.ConvertName(type.Name)}`"),
            ignoreOrder: true);

    [Fact]
    public async Task Overview_Example_HasTheFieldsThatAreAnswered()
    {
        await using WebApplication host = await StartAsync();
        JsonNode answer = await GetAsync(host, "/resilience/overview");
        JsonNode example = ExampleWith("canControl");

        FieldsOf(example).ShouldBe(FieldsOf(answer));
        FieldsOf(example["services"]![0]!).ShouldBe(FieldsOf(answer["services"]![0]!));
        FieldsOf(example["services"]![0]!["executions"]!).ShouldBe(FieldsOf(answer["services"]![0]!["executions"]!));
        FieldsOf(example["services"]![0]!["circuits"]![0]!).ShouldBe(FieldsOf(answer["services"]![0]!["circuits"]![0]!));
    }

    [Fact]
    public async Task Profile_Example_HasTheFieldsThatAreAnswered()
    {
        await using WebApplication host = await StartAsync();
        JsonNode answer = await GetAsync(host, "/resilience/profiles/user");
        JsonNode example = ExampleWith("operations");

        FieldsOf(example).ShouldBe(FieldsOf(answer));
        FieldsOf(example["settings"]![0]!).ShouldBe(FieldsOf(answer["settings"]![0]!));
        FieldsOf(example["operations"]![0]!).ShouldBe(FieldsOf(answer["operations"]![0]!));
    }

    [Fact]
    public async Task Audit_Example_HasTheFieldsThatAreAnswered()
    {
        await using WebApplication host = await StartAsync();
        host.Services.GetRequiredService<IResilienceControl>().Isolate(new("user"), "anna");

        FieldsOf(ExampleWith("who")).ShouldBe(FieldsOf((await GetAsync(host, "/resilience/audit"))[0]!));
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new($"{Operations}:Timeout:DefaultTimeout", "00:00:02")]);
        builder.Services.AddMessagingResilience(builder.Configuration);
        WebApplication host = builder.Build();
        host.MapMessagingResilience();
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<IMessagingResilience>().For("user").ExecuteAsync(_ => ValueTask.CompletedTask, cancellationToken: Token);
        return host;
    }

    private static async Task<JsonNode> GetAsync(WebApplication host, string path)
    {
        using var client = new HttpClient { BaseAddress = new(host.Urls.Single()) };
        return JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Token))!;
    }

    private static JsonNode ExampleWith(string field) => Page.CodeBlocks
        .Where(block => block.Language == "json")
        .Select(block => JsonNode.Parse(block.Code)!)
        .Single(json => json[field] is not null);

    private static IEnumerable<string> FieldsOf(JsonNode json) => json.AsObject().Select(field => field.Key);
}
