using System.Text;
using System.Text.Json;
using HaptiTalk.Messaging.Resilience;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Documentation.Tests;

public sealed class JsonTests
{
    private static readonly IReadOnlyList<CodeBlock> Blocks = CodeBlock.AllIn("json");

    public static TheoryData<string> All => [.. Blocks.Select(block => block.Location)];

    public static MatrixTheoryData<string, string> Settings =>
        new(Blocks.Where(IsConfiguration).Select(block => block.Location), ["Development", "Staging", "Production"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Block_Text_IsJson(string location) =>
        JsonDocument.Parse(CodeAt(location)).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Configuration_OnStart_IsAccepted(string location, string environment)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment });
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(CodeAt(location))));
        builder.Services.AddMessagingResilience(builder.Configuration);
        using IHost host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static string CodeAt(string location) => Blocks.Single(block => block.Location == location).Code;

    private static bool IsConfiguration(CodeBlock block) => block.Code.Contains('"' + MessagingResilienceServiceCollectionExtensions.SectionName + '"', StringComparison.Ordinal);
}
