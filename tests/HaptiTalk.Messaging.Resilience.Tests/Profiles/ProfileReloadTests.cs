using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ProfileReloadTests
{
    [Fact]
    public void Reload_GoodConfiguration_IsInForceWithTheNextRevision()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        Model(test).Revision.ShouldBe(1);
        test.ReloadProfile("Retry:MaxRetries=2");

        (Model(test).Profile.Retry.MaxRetries, Model(test).Revision).ShouldBe((2, 2));
        test.Log.Entries.ShouldContain(entry => entry.Level == LogLevel.Information && entry.Message == "Configuration reloaded: revision 2.");
    }

    [Fact]
    public void Reload_BadConfiguration_KeepsTheLastGoodAndIsLogged()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        Model(test);
        test.ReloadProfile("Retry:MaxRetries=2", "Bulkhead:QueueCapacity=-1");

        (Model(test).Profile.Retry.MaxRetries, Model(test).Revision).ShouldBe((1, 1));
        LogEntry logged = test.Log.Entries.Single(entry => entry.Level == LogLevel.Error);
        logged.Exception.ShouldBeOfType<InvalidProfilesException>().Problems.Single().Path.ShouldBe("Resilience:Profiles:user:Bulkhead:QueueCapacity");
    }

    [Fact]
    public void Reload_GoodAfterBadOnes_Applies()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        Model(test);
        test.ReloadProfile("Retry:MaxRetries=many");
        test.ReloadProfile("Retry:MaxRetries=too many");
        test.ReloadProfile("Retry:MaxRetries=4");

        (Model(test).Profile.Retry.MaxRetries, Model(test).Revision).ShouldBe((4, 2));
    }

    [Fact]
    public void Reload_BadConfiguration_AppliesNoneOfIt()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1");
        _ = test.RunAsync(test.Work().Hangs());
        _ = test.RunAsync(test.Work().Hangs());
        test.Settings.Replace("Profiles:user:Bulkhead:MaxConcurrentCalls=9", "Profiles:auth:Retry:MaxRetries=many");

        (test.Snapshot().ActiveCalls, test.Snapshot().QueueLength).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Reload_CircuitOpen_StaysOpenForTheRestOfItsTime()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:30");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        test.ReloadProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=20", "CircuitBreaker:ResetTimeout=00:00:30");

        (test.Snapshot().CircuitState, test.Snapshot().TimeUntilProbe).ShouldBe((CircuitState.Open, TimeSpan.FromSeconds(20)));
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Clock.Advance(TimeSpan.FromSeconds(20));
        await test.RunAsync(test.Work().Answers());
        test.Snapshot().CircuitState.ShouldBe(CircuitState.HalfOpen);
    }

    [Fact]
    public async Task Reload_FailuresCounted_GoOnCounting()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=5");
        for (int i = 0; i < 3; i++)
            await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.ReloadProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=4");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());

        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        test.Snapshot().FailedExecutions.ShouldBe(4);
    }

    [Fact]
    public async Task Reload_CallsQueued_AreAdmittedAndNoneIsLost()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1");
        var end = new TaskCompletionSource<string>();
        Task<string>[] running = [.. Enumerable.Range(0, 4).Select(_ => test.RunAsync(test.Work().WaitsFor(end)))];
        (test.Snapshot().ActiveCalls, test.Snapshot().QueueLength).ShouldBe((1, 3));
        test.ReloadProfile("Bulkhead:MaxConcurrentCalls=3");
        (test.Snapshot().ActiveCalls, test.Snapshot().QueueLength).ShouldBe((3, 1));

        end.SetResult("real");
        (await Task.WhenAll(running)).ShouldBe(["real", "real", "real", "real"]);
        (test.Snapshot().ActiveCalls, test.Snapshot().QueueLength).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Reload_FallbackWindow_KeepsItsFailures()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=10");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.ReloadProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=2");

        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Reload_OperationsOwnSettings_ApplyToItAlone()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0");
        await test.RunAsync(test.Work().Answers(), new() { Operation = "login" });
        test.ReloadProfile("Retry:MaxRetries=0", "Operations:login:Retry:MaxRetries=2");
        ScriptedWork login = test.Work().Fails();
        ScriptedWork other = test.Work().Fails();
        await test.FailAsync<InvalidOperationException>(login, new() { Operation = "login" });
        await test.FailAsync<InvalidOperationException>(other, new() { Operation = "logout" });

        (login.Attempts, other.Attempts).ShouldBe((3, 1));
    }

    [Fact]
    public async Task Reload_ServiceThatHadNoProfile_GetsOne()
    {
        using TestResilience test = TestResilience.With("Defaults:Retry:MaxRetries=0");
        IServiceResilience billing = test.Resilience.For("billing");
        await billing.ExecuteAsync(_ => Task.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);
        test.Settings.Replace("Profiles:billing:Retry:MaxRetries=1");
        ScriptedWork work = test.Work().Fails().Answers();
        Task<string> running = billing.ExecuteAsync(work.RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask();
        test.PassTimeUntil(running);

        (await running).ShouldBe("real");
    }

    [Fact]
    public void Reload_AfterDispose_IsIgnored()
    {
        TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        Model(test);
        test.Dispose();
        test.ReloadProfile("Retry:MaxRetries=many");

        test.Log.Entries.ShouldNotContain(entry => entry.Level == LogLevel.Error);
    }

    private static ProfileModel Model(TestResilience test) => test.Catalog.Get(TestResilience.Service, operation: null);
}
