using System.Text.RegularExpressions;
using HaptiTalk.Messaging.Resilience;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Documentation.Tests;

public sealed partial class ValidationMessageTests
{
    [Fact]
    public async Task ConfigurationPage_Message_IsTheOneSuchSettingsGet()
    {
        string shown = MarkdownPage.Read("docs/configuration.md").CodeBlocks.Single(block => block.Language == "text").Code;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(
            Problems().Matches(shown).Select(match => KeyValuePair.Create(match.Groups["path"].Value, (string?)match.Groups["value"].Value)));
        builder.Services.AddMessagingResilience(builder.Configuration);
        using IHost host = builder.Build();

        InvalidProfilesException invalid =
            await Should.ThrowAsync<InvalidProfilesException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        invalid.Message.ReplaceLineEndings("\n").ShouldBe(shown.TrimEnd());
    }

    [GeneratedRegex(@"^  - (?<path>\S+) = '(?<value>[^']*)'", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Problems();
}
