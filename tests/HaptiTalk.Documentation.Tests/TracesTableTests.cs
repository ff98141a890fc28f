using System.Text.RegularExpressions;

namespace HaptiTalk.Documentation.Tests;

public sealed partial class TracesTableTests
{
    private const string Prefix = "haptitalk.resilience.";

    private static string Source => File.ReadAllText(Path.Combine(Repository.Root, "src/HaptiTalk.Messaging.Resilience/Telemetry/SpanEvents.cs"));

    [Fact]
    public void TracesPage_Events_AreThoseThatSpansAreTold() =>
        MarkdownPage.Read("docs/traces.md").TableWith("Event", "Told when").Select("Event")
            .ShouldBe(Told().Matches(Source).Select(match => $"`{Prefix}{match.Groups["name"].Value}`"), ignoreOrder: true);

    [Fact]
    public void TracesPage_Attributes_AreThoseThatTheCodeKnows()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/traces.md"));

        foreach (string name in OwnAttribute().Matches(Source).Select(match => Prefix + match.Groups["name"].Value).Concat(["messaging.operation.name", "messaging.operation.type", "error.type"]))
            page.ShouldContain($"`{name}`");
    }

    [GeneratedRegex("Tell\\(\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Told();

    [GeneratedRegex("Prefix \\+ \"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OwnAttribute();
}
