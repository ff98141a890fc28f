using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a change would put in force, before somebody makes it.</summary>
public sealed class PreviewTests
{
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["Retry:MaxRetries"] = "0",
        ["Operations:export:Timeout:DefaultTimeout"] = "00:00:02",
    };

    [Theory]
    [InlineData(null)]
    [InlineData("export")]
    public void Preview_ValidValues_IsWhatTheChangePutsInForce(string? operation)
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3", "Operations:list:Retry:MaxRetries=5");
        ProfileDescription preview = test.Control.Preview("user", Settings, operation);
        ProfileDescription before = test.Resilience.Describe("user", operation);
        test.Control.Change("user", Settings, "an operator");

        Printed(preview).ShouldBe(Printed(test.Resilience.Describe("user", operation)));
        preview.Profile.Retry.MaxRetries.ShouldBe(0);
        (before.Revision, before.Profile.Retry.MaxRetries, before.OverriddenKeys.Count).ShouldBe((1, 3, 0));
    }

    [Fact]
    public void Preview_WrongValues_ListsAllOfThem()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");

        Should.Throw<InvalidProfilesException>(() => test.Control.Preview("user", new Dictionary<string, string?> { ["Retry:MaxRetries"] = "many", ["Colour"] = "blue" }))
            .Problems.Select(problem => problem.Path).ShouldBe(["override:Retry:MaxRetries", "override:Colour"], ignoreOrder: true);
        test.Control.History.ShouldBeEmpty();
    }

    [Fact]
    public void Preview_ConfigurationPending_SaysSoUnlessTheChangeMendsIt()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxDelay=00:00:02");
        test.Resilience.Describe("user");
        test.ReloadProfile("Retry:MaxDelay=00:00:00");

        test.Control.Preview("user", new Dictionary<string, string?> { ["Retry:MaxRetries"] = "1" }).PendingProblems.ShouldNotBeEmpty();
        test.Control.Preview("user", new Dictionary<string, string?> { ["Retry:MaxDelay"] = "00:00:01" }).PendingProblems.ShouldBeEmpty();
    }

    [Fact]
    public void Describe_ServiceWithOverrides_NamesTheirKeysAndWhatItsOperationsHaveForThemselves()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3", "Operations:list:Retry:MaxRetries=5");
        test.Control.Change("user", Settings, "an operator");
        ProfileDescription user = test.Resilience.Describe("user");

        user.OverriddenKeys.ShouldBe(["Operations:export:Timeout:DefaultTimeout", "Retry:MaxRetries"]);
        user.Operations.Keys.ShouldBe(["list", "export"], ignoreOrder: true);
        user.Operations["EXPORT"].ShouldBe([new("Timeout:DefaultTimeout", "00:00:02", "override:Operations:export:Timeout:DefaultTimeout")]);
        test.Resilience.Describe("user", "list").Operations.ShouldBeEmpty();
        test.Control.Revert("user", "an operator");
        test.Resilience.Describe("user").OverriddenKeys.ShouldBeEmpty();
    }

    [Fact]
    public void DescribeAll_SeveralProfiles_AreAllOfThemAsEachIsDescribed()
    {
        using TestResilience test = TestResilience.With("ShippedProfiles=false", "Profiles:user:Retry:MaxRetries=1", "Profiles:auth:Operations:list:Retry:MaxRetries=1");

        test.Resilience.DescribeAll().Select(Printed).ShouldBe([Printed(test.Resilience.Describe("auth")), Printed(test.Resilience.Describe("user"))]);
    }

    // Records compare their lists by reference.
    private static string Printed(ProfileDescription profile) => JsonSerializer.Serialize(profile);
}
