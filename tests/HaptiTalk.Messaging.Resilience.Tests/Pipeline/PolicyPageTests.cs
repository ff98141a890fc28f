using System.Globalization;
using System.Reflection;
using System.Text.Json;
using HaptiTalk.Documentation.Tests;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The pages say of each policy what the list of policies says.</summary>
public sealed class PolicyPageTests
{
    public static TheoryData<string> Policies => [.. PolicyOrder.All.Where(static policy => policy.Section is not null).Select(static policy => policy.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void PolicyPage_Settings_AreThoseOfItsSection(string policy)
    {
        PolicySection section = PolicyOrder.All.Single(found => found.Name == policy).Section!;

        MarkdownPage.Read($"docs/{JsonNamingPolicy.KebabCaseLower.ConvertName(section.Key)}.md").TableWith("Setting", "Default", "Range").Select("Setting")
            .ShouldBe(section.Options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"`{section.Key}:{property.Name}`"));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void MetricsPage_Instruments_HasThoseOfThePolicy(string policy)
    {
        IReadOnlyList<PolicyInstrument> instruments = PolicyOrder.All.Single(found => found.Name == policy).Instruments;

        instruments.ShouldNotBeEmpty();
        instruments.Select(static instrument => $"`{instrument.Name}` | {(instrument.Read is null ? "counter" : "gauge")}")
            .ShouldBeSubsetOf(MarkdownPage.Read("docs/metrics.md").TableWith("Instrument", "Unit").Select("Instrument", "Kind"));
    }

    [Fact]
    public void ContributingPage_FilesOfAPolicy_AreThoseOfTheToyAndThreeThatListIt()
    {
        string row = MarkdownPage.Read("CONTRIBUTING.md").TableWith("Files that change").Select("…", "Files that change").Single(static row => row.StartsWith("a policy |", StringComparison.Ordinal));
        int own = Directory.GetFiles(Repository.PathOf("tests/HaptiTalk.Messaging.Resilience.Tests/Pipeline/Toy"), "*.cs").Length;

        // The list, a page of its own and the page of metrics.
        row.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"a policy | {own + 3}"));
    }
}
