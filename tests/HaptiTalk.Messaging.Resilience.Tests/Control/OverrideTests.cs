namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Values that an operator puts over the configuration while the process runs.</summary>
public sealed class OverrideTests
{
    private const string By = "an operator";

    [Fact]
    public async Task Change_AValue_HoldsFromTheNextCallOn()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        ScriptedWork before = test.Work().Fails();
        Task<string> running = test.RunAsync(before);
        Change(test, "Retry:MaxRetries=1");
        ScriptedWork after = test.Work().Fails();
        await test.FailAsync<InvalidOperationException>(after);
        test.PassTimeUntil(running);
        await Should.ThrowAsync<InvalidOperationException>(running);

        (before.Attempts, after.Attempts).ShouldBe((4, 2));
    }

    [Fact]
    public void Change_SeveralInvalidValues_ListsAllAndChangesNothing()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        ProfileDescription before = test.Resilience.Describe("user");
        InvalidProfilesException invalid = Should.Throw<InvalidProfilesException>(
            () => Change(test, "Retry:MaxRetries=many", "Bulkhead:QueueCapacity=-1", "Fallback:ErrorThreshold=2", "Colour=blue"));

        invalid.Problems.Select(problem => problem.Path)
            .ShouldBe(["override:Retry:MaxRetries", "override:Bulkhead:QueueCapacity", "override:Colour"], ignoreOrder: true);
        test.Resilience.Describe("user").ShouldBeEquivalentTo(before);
        test.Control.History.ShouldBeEmpty();
        Change(test, "Fallback:ErrorThreshold=4");
        test.Resilience.Describe("user").Profile.Fallback.ErrorThreshold.ShouldBe(4);
    }

    [Fact]
    public void Change_OneOperation_LiesOverTheServiceAndLeavesItsOtherOperations()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3", "Operations:export:Retry:MaxRetries=4");
        Change(test, "Retry:MaxRetries=2");
        ControlChange change = test.Control.Change("user", new Dictionary<string, string?> { ["operations:Export:Retry:MaxRetries"] = "1" }, By);

        RetriesOf(test, "export").ShouldBe(new EffectiveSetting("Retry:MaxRetries", "1", "override:Operations:export:Retry:MaxRetries"));
        RetriesOf(test, "import").ShouldBe(new EffectiveSetting("Retry:MaxRetries", "2", "override:Retry:MaxRetries"));
        test.States.Get(ResilienceSide.Client, "user", "export").Model.Profile.Retry.MaxRetries.ShouldBe(1);
        change.After.ShouldBe("Operations:export:Retry:MaxRetries = 1 (override:Operations:export:Retry:MaxRetries)");
    }

    [Fact]
    public void Change_AnOperationThatHadNoSettings_HoldsUntilReverted()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        OperationState export = test.States.Get(ResilienceSide.Client, "user", "export");
        Change(test, "Operations:export:Retry:MaxRetries=1");
        int changed = export.Model.Profile.Retry.MaxRetries;
        test.Control.Revert("user", By);

        (changed, export.Model.Profile.Retry.MaxRetries).ShouldBe((1, 3));
    }

    [Theory]
    [InlineData("Operations:export:Retry:MaxRetries=-1", "override:Operations:export:Retry:MaxRetries")]
    [InlineData("Operations:export:Colour=blue", "override:Operations:export:Colour")]
    [InlineData("Operations:export=1", "override:Operations:export")]
    [InlineData("Operations::Retry:MaxRetries=1", "override:Operations::Retry:MaxRetries")]
    public void Change_OneOperationWrongly_NamesTheKey(string setting, string path)
    {
        using TestResilience test = TestResilience.WithProfile();

        Should.Throw<InvalidProfilesException>(() => Change(test, setting)).Problems.ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Theory]
    [InlineData("usr")]
    [InlineData("billing")]
    public void Change_NoSuchProfile_NamesThoseThereAre(string service)
    {
        using TestResilience test = TestResilience.With();
        InvalidProfilesException invalid = Should.Throw<InvalidProfilesException>(
            () => test.Control.Change(service, new Dictionary<string, string?> { ["Retry:MaxRetries"] = "1" }, By));

        invalid.Problems.ShouldBe([new(
            $"Resilience:Profiles:{service}", Value: null, "is not a profile. Profiles: auth, feedback, realtime, report, session, user.")]);
    }

    [Fact]
    public void Change_OneService_LeavesTheOthers()
    {
        using TestResilience test = TestResilience.With();
        Change(test, "Retry:MaxRetries=1");

        test.Resilience.Describe("auth").Profile.Retry.MaxRetries.ShouldBe(3);
    }

    [Fact]
    public void Change_MoreThanOnce_AddsUpAndNullTakesOneBack()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        Change(test, "Retry:MaxRetries=1");
        Change(test, "fallback:errorthreshold=9");
        test.Control.Change("USER", new Dictionary<string, string?> { ["retry:maxretries"] = null }, By);

        Origin(test, "Retry:MaxRetries").ShouldBe(("3", "Resilience:Profiles:user:Retry:MaxRetries"));
        Origin(test, "Fallback:ErrorThreshold").Value.ShouldBe("9");
    }

    [Fact]
    public void Change_KeyThatAnOperationSetsToo_HoldsForTheOperation()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:login:Retry:MaxRetries=9");
        Change(test, "Retry:MaxRetries=1");

        test.Resilience.Describe("user", "login").Profile.Retry.MaxRetries.ShouldBe(1);
    }

    [Fact]
    public void Change_FileReloaded_Survives()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        Change(test, "Retry:MaxRetries=1");
        test.ReloadProfile("Retry:MaxRetries=5", "Fallback:ErrorThreshold=7");

        Origin(test, "Retry:MaxRetries").ShouldBe(("1", "override:Retry:MaxRetries"));
        Origin(test, "Fallback:ErrorThreshold").Value.ShouldBe("7");
        test.Control.Revert("user", By);
        Origin(test, "Retry:MaxRetries").ShouldBe(("5", "Resilience:Profiles:user:Retry:MaxRetries"));
    }

    [Fact]
    public void Change_FileThatDoesNotFitIt_IsABadReload()
    {
        using TestResilience test = TestResilience.WithProfile();
        Change(test, "Retry:MaxDelay=00:00:01");
        test.ReloadProfile("Retry:InitialDelay=00:00:02");

        test.Resilience.Describe("user").PendingProblems.ShouldHaveSingleItem().Path.ShouldBe("override:Retry:MaxDelay");
        test.Resilience.Describe("user").Profile.Retry.InitialDelay.ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Change_WrittenConfigurationIsInvalid_LiesOverTheLastValidOne()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=3");
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        test.ReloadProfile("Retry:MaxRetries=many", "Fallback:ErrorThreshold=7");
        Change(test, "Bulkhead:MaxConcurrentCalls=2");

        (Origin(test, "Bulkhead:MaxConcurrentCalls").Value, Origin(test, "Retry:MaxRetries").Value, Origin(test, "Fallback:ErrorThreshold").Value)
            .ShouldBe(("2", "3", "3"));
        test.Resilience.Describe("user").PendingProblems.ShouldHaveSingleItem().Path.ShouldBe("Resilience:Profiles:user:Retry:MaxRetries");
        test.Measured.Read("profile_reload_failed").ShouldHaveSingleItem().Value.ShouldBe(1);
        test.Control.Revert("user", By);
        Origin(test, "Bulkhead:MaxConcurrentCalls").Origin.ShouldNotStartWith("override");
        test.ReloadProfile("Retry:MaxRetries=5");
        (Origin(test, "Retry:MaxRetries").Value, test.Resilience.Describe("user").PendingProblems.Count).ShouldBe(("5", 0));
    }

    [Fact]
    public void Revert_TheValueForWhichAReloadWasRefused_AppliesThatReload()
    {
        using TestResilience test = TestResilience.WithProfile();
        Change(test, "Retry:MaxDelay=00:00:01");
        test.ReloadProfile("Retry:InitialDelay=00:00:02");
        test.Control.Revert("user", By);

        test.Resilience.Describe("user").Profile.Retry.InitialDelay.ShouldBe(TimeSpan.FromSeconds(2));
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_LimitsAndThresholds_TouchTheLiveState()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=10", "Bulkhead:MaxConcurrentCalls=1");
        var end = new TaskCompletionSource<string>();
        for (int i = 0; i < 2; i++)
            await Should.ThrowAsync<InvalidOperationException>(test.RunAsync(test.Work().Fails()));
        Task<string>[] running = [.. Enumerable.Range(0, 3).Select(_ => test.RunAsync(test.Work().WaitsFor(end)))];
        Change(test, "Bulkhead:MaxConcurrentCalls=2", "CircuitBreaker:FailureThreshold=3");

        (test.Snapshot().ActiveCalls, test.Snapshot().QueueLength, test.Snapshot().FailureCount).ShouldBe((2, 1, 2));
        end.SetResult("real");
        await Task.WhenAll(running);
        Change(test, "CircuitBreaker:FailureThreshold=1");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        test.Control.Revert("user", By);
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void History_ChangeAndRevert_SayWhatWasAndWhatIs()
    {
        using TestResilience test = TestResilience.With();
        ControlChange changed = test.Control.Change(
            "user", new Dictionary<string, string?> { ["Retry:MaxRetries"] = "1", ["Timeout:AttemptTimeout"] = "00:00:01" }, "ann");
        ControlChange reverted = test.Control.Revert("user", "bob");

        const string Configured = "Retry:MaxRetries = 3 (shipped:Profiles:user:Retry:MaxRetries), Timeout:AttemptTimeout = none (default)";
        const string Overridden = "Retry:MaxRetries = 1 (override:Retry:MaxRetries), Timeout:AttemptTimeout = 00:00:01 (override:Timeout:AttemptTimeout)";
        changed.ShouldBe(new(test.Clock.GetUtcNow(), "ann", "change", "user", Configured, Overridden));
        reverted.ShouldBe(new(test.Clock.GetUtcNow(), "bob", "revert", "user", Overridden, Configured));
        test.Control.History.ShouldBe([changed, reverted]);
    }

    [Fact]
    public void History_RevertOfAKeyThatNothingElseSets_SaysWhatItWas()
    {
        using TestResilience test = TestResilience.With();
        Change(test, "Timeout:Timeouts:payment=00:00:02");
        ControlChange reverted = test.Control.Revert("user", By);

        (reverted.Before, reverted.After).ShouldBe(("Timeout:Timeouts:payment = 00:00:02 (override:Timeout:Timeouts:payment)", string.Empty));
    }

    [Fact]
    public void Change_NobodyOrNothing_Throws()
    {
        using TestResilience test = TestResilience.With();

        Should.Throw<ArgumentException>(() => test.Control.Change("user", new Dictionary<string, string?>(), " ")).ParamName.ShouldBe("by");
        Should.Throw<ArgumentException>(() => test.Control.Change(" ", new Dictionary<string, string?>(), By)).ParamName.ShouldBe("service");
        Should.Throw<ArgumentNullException>(() => test.Control.Change("user", null!, By)).ParamName.ShouldBe("settings");
        Should.Throw<ArgumentException>(() => test.Control.Revert("user", string.Empty)).ParamName.ShouldBe("by");
    }

    private static ControlChange Change(TestResilience test, params string[] settings) => test.Control.Change(
        "user", settings.Select(setting => setting.Split('=', 2)).ToDictionary(parts => parts[0], string? (parts) => parts[1]), By);

    private static (string? Value, string Origin) Origin(TestResilience test, string key)
    {
        EffectiveSetting setting = test.Resilience.Describe("user").Settings.Single(setting => setting.Key == key);
        return (setting.Value, setting.Origin);
    }

    private static EffectiveSetting RetriesOf(TestResilience test, string operation) =>
        test.Resilience.Describe("user", operation).Settings.Single(setting => setting.Key == "Retry:MaxRetries");
}
