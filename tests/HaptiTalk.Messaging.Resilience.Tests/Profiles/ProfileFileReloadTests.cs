namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A file on disk, rewritten while calls run: everything that lives goes on living under the new numbers.</summary>
public sealed class ProfileFileReloadTests
{
    private const int Rewrites = 100;
    private const int MostAtOnce = 6;

    // A change that is not announced fails the test instead of keeping it for ever.
    private static readonly TimeSpan TheFileIsRead = TimeSpan.FromMinutes(1);

    private readonly RecordedEvents<ResilienceEvent> _events = new();

    [Fact]
    public async Task Rewrite_AHundredTimesUnderLoad_LosesNothingThatLives()
    {
        using SettingsFile file = new(Settings(0));
        await using TestResilience test = Watching(file);

        // Open for 12 of its 60 seconds; one of two probes on its way; one that runs and three that wait.
        await OpenAsync(test, "auth");
        test.Clock.Advance(TimeSpan.FromSeconds(60));
        var probe = new TaskCompletionSource<string>();
        Task<string> probing = RunAsync(test, "auth", test.Work().WaitsFor(probe));
        await OpenAsync(test, "session");
        test.Clock.Advance(TimeSpan.FromSeconds(12));
        var end = new TaskCompletionSource<string>();
        var admitted = new List<int>();
        Task<string>[] queued = [.. Enumerable.Range(0, 4).Select(turn => RunAsync(test, "report", test.Work().Does(async token =>
        {
            admitted.Add(turn);
            return await end.Task.WaitAsync(token);
        })))];

        using var stop = new CancellationTokenSource();
        var load = new Load(test.User);
        Task[] callers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => load.CallUntilAsync(stop.Token), TestContext.Current.CancellationToken))];
        try
        {
            for (int rewrite = 1; rewrite <= Rewrites; rewrite++)
            {
                file.Write(Settings(rewrite));
                await WaitUntilAsync(() => test.Resilience.Describe("user").Profile.CircuitBreaker.FailureThreshold == 1000 + rewrite);
                (Of(test, "session").CircuitState, Of(test, "session").TimeUntilProbe).ShouldBe((CircuitState.Open, TimeSpan.FromSeconds(48)));
                (Of(test, "auth").CircuitState, Of(test, "auth").ActiveCalls).ShouldBe((CircuitState.HalfOpen, 1));
                (Of(test, "report").ActiveCalls, Of(test, "report").QueueLength).ShouldBe((1, 3));
            }
        }
        finally
        {
            // Whatever went wrong: callers that nobody stops would fill the memory with what they measure.
            await stop.CancelAsync();
            await Task.WhenAll(callers);
        }

        load.Most.ShouldBeInRange(1, MostAtOnce);
        load.Calls.ShouldBeGreaterThan(Rewrites);
        (Of(test, "user").FailedExecutions, Of(test, "user").ActiveCalls, Of(test, "user").QueueLength).ShouldBe((0, 0, 0));
        Of(test, "user").SuccessfulExecutions.ShouldBe(load.Calls);

        probe.SetResult("real");
        end.SetResult("real");
        (await probing).ShouldBe("real");
        (await RunAsync(test, "auth", test.Work().Answers())).ShouldBe("real");
        Of(test, "auth").CircuitState.ShouldBe(CircuitState.Closed);
        (await Task.WhenAll(queued)).ShouldAllBe(answer => answer == "real");
        admitted.ShouldBe([0, 1, 2, 3]);
        test.Resilience.Describe("user").Revision.ShouldBeGreaterThan(Rewrites);
        await test.DisposeAsync();
        _events.All.OfType<ProfilesReloaded>().Select(reloaded => reloaded.Revision).ShouldBe(
            Enumerable.Range(2, _events.All.OfType<ProfilesReloaded>().Count()).Select(revision => (long)revision));
        _events.All.OfType<ProfileReloadFailed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Rewrite_FewerPlacesThanAreTaken_AdmitsNobodyUntilEnoughHaveLeft()
    {
        using SettingsFile file = new("user:Bulkhead:MaxConcurrentCalls=3");
        await using TestResilience test = Watching(file);
        TaskCompletionSource<string>[] ends = [.. Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource<string>())];
        Task<string>[] running = [.. ends.Select(end => RunAsync(test, "user", test.Work().WaitsFor(end)))];
        file.Write("user:Bulkhead:MaxConcurrentCalls=1");
        await WaitUntilAsync(() => test.Resilience.Describe("user").Profile.Bulkhead.MaxConcurrentCalls == 1);
        (Of(test, "user").ActiveCalls, Of(test, "user").QueueLength).ShouldBe((3, 2));

        foreach ((int ended, int active, int waiting) in (IEnumerable<(int, int, int)>)[(0, 2, 2), (1, 1, 2), (2, 1, 1), (3, 1, 0), (4, 0, 0)])
        {
            ends[ended].SetResult("real");
            (await running[ended]).ShouldBe("real");
            (Of(test, "user").ActiveCalls, Of(test, "user").QueueLength).ShouldBe((active, waiting));
        }
    }

    [Fact]
    public async Task Rewrite_RunOnItsWay_EndsUnderTheNumbersItBeganWith()
    {
        using SettingsFile file = new("user:Retry:MaxRetries=3", "user:Retry:JitterFactor=0", "user:Timeout:DefaultTimeout=00:00:10");
        await using TestResilience test = Watching(file);
        ScriptedWork before = test.Work().Fails();
        ScriptedWork after = test.Work().Fails();
        Task<string> running = RunAsync(test, "user", before);
        file.Write("user:Retry:MaxRetries=1", "user:Retry:JitterFactor=0", "user:Retry:InitialDelay=00:00:01", "user:Timeout:DefaultTimeout=00:00:00.500", "user:Timeout:AttemptTimeout=00:00:00.500");
        await WaitUntilAsync(() => test.Resilience.Describe("user").Profile.Retry.MaxRetries == 1);
        test.PassTimeUntil(running);

        await Should.ThrowAsync<InvalidOperationException>(running);
        before.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(700)]);
        ExecutionTimeoutException timeout = await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());
        timeout.Timeout.ShouldBe(TimeSpan.FromMilliseconds(500));
        file.Write("user:Retry:MaxRetries=1");
        await WaitUntilAsync(() => test.Resilience.Describe("user").Profile.Timeout.DefaultTimeout == TimeSpan.FromSeconds(5));
        await test.FailAsync<InvalidOperationException>(after);
        after.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Rewrite_SomethingInvalid_KeepsTheLastGoodAndTellsUntilAGoodOne()
    {
        using SettingsFile file = new("user:Retry:MaxRetries=1", "user:Bulkhead:MaxConcurrentCalls=1");
        await using TestResilience test = Watching(file);
        _ = RunAsync(test, "user", test.Work().Hangs());
        file.Write("user:Retry:MaxRetries=many", "user:Bulkhead:MaxConcurrentCalls=5");
        ProfileReloadFailed failed = await _events.NextAsync<ProfileReloadFailed>();

        failed.Problems.ShouldBe([new("Resilience:Profiles:user:Retry:MaxRetries", "many", "is not a whole number; allowed: 0 to 100.")]);
        ProfileDescription described = test.Resilience.Describe("user");
        (described.Revision, described.Profile.Retry.MaxRetries, described.Profile.Bulkhead.MaxConcurrentCalls).ShouldBe((1, 1, 1));
        described.PendingProblems.ShouldBe(failed.Problems);
        file.Write("user:Retry:MaxRetries=2", "user:Bulkhead:MaxConcurrentCalls=5");
        await _events.NextAsync<ProfilesReloaded>();
        described = test.Resilience.Describe("user");
        (described.Profile.Retry.MaxRetries, described.Profile.Bulkhead.MaxConcurrentCalls, described.PendingProblems.Count).ShouldBe((2, 5, 0));
    }

    [Fact]
    public async Task Rewrite_NoJsonAtAll_KeepsTheLastGoodAlsoUnderAnOperatorsChange()
    {
        using SettingsFile file = new("user:Retry:MaxRetries=1");
        await using TestResilience test = Watching(file);
        await file.WriteNonsenseAsync();
        test.Control.Change("user", new Dictionary<string, string?> { ["Bulkhead:MaxConcurrentCalls"] = "7" }, "an operator");
        ServiceProfile profile = test.Resilience.Describe("user").Profile;

        (profile.Retry.MaxRetries, profile.Bulkhead.MaxConcurrentCalls).ShouldBe((1, 7));
        file.Write("user:Retry:MaxRetries=2");
        await WaitUntilAsync(() => test.Resilience.Describe("user").Profile.Retry.MaxRetries == 2);
        test.Resilience.Describe("user").Profile.Bulkhead.MaxConcurrentCalls.ShouldBe(7);
    }

    private TestResilience Watching(SettingsFile file)
    {
        // Not all events: those of calls that queue come by the thousand, and what an observer cannot take is dropped.
        TestResilience test = TestResilience.On(
            file.Configuration, builder => builder.OnEvent<ProfilesReloaded>(_events.OnEventAsync).OnEvent<ProfileReloadFailed>(_events.OnEventAsync));
        test.Resilience.Describe("user");
        return test;
    }

    // Every number that a reload may change, changed, and one that is different every time.
    private static string[] Settings(int rewrite) =>
    [
        $"user:CircuitBreaker:FailureThreshold={1000 + rewrite}",
        $"user:Bulkhead:MaxConcurrentCalls={1 + (rewrite % MostAtOnce)}",
        $"user:Bulkhead:QueueCapacity={100 + (rewrite % 7)}",
        $"user:Retry:MaxRetries={rewrite % 5}",
        $"auth:CircuitBreaker:FailureThreshold={1 + (rewrite % 9)}",
        "auth:CircuitBreaker:ResetTimeout=00:01:00",
        "auth:CircuitBreaker:HalfOpenMaxCalls=2",
        $"auth:Retry:MaxRetries={rewrite % 5}",
        "auth:Timeout:DefaultTimeout=1.00:00:00",
        "auth:Timeout:AttemptTimeout=1.00:00:00",
        $"session:CircuitBreaker:FailureThreshold={1 + (rewrite % 9)}",
        "session:Retry:MaxRetries=0",
        $"session:CircuitBreaker:HalfOpenMaxCalls={1 + (rewrite % 3)}",
        "session:CircuitBreaker:ResetTimeout=00:01:00",
        "report:Bulkhead:MaxConcurrentCalls=1",
        $"report:Bulkhead:QueueCapacity={(rewrite + 3) % 4}",
    ];

    private static async Task OpenAsync(TestResilience test, string service)
    {
        for (int i = 0; i < 20 && (i == 0 || Of(test, service).CircuitState == CircuitState.Closed); i++)
        {
            Task<string> failing = RunAsync(test, service, test.Work().Fails());
            test.PassTimeUntil(failing);
            await Record.ExceptionAsync(() => failing);
        }

        Of(test, service).CircuitState.ShouldBe(CircuitState.Open);
    }

    private static Task<string> RunAsync(TestResilience test, string service, ScriptedWork work) =>
        test.Resilience.For(service).ExecuteAsync(work.RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask();

    private static ServiceSnapshot Of(TestResilience test, string service) => test.Snapshot(service);

    private async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
            await _events.NextAsync<ProfilesReloaded>().WaitAsync(TheFileIsRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Callers that call without a pause.</summary>
    private sealed class Load(IServiceResilience service)
    {
        private int _now;
        private int _most;
        private int _calls;

        public int Most => _most;

        public int Calls => _calls;

        public async Task CallUntilAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await service.ExecuteAsync(
                    async _ =>
                    {
                        int now = Interlocked.Increment(ref _now);
                        int seen = Volatile.Read(ref _most);
                        while (now > seen && Interlocked.CompareExchange(ref _most, now, seen) is { } other && other != seen)
                            seen = other;
                        await Task.Yield();
                        Interlocked.Decrement(ref _now);
                    },
                    cancellationToken: TestContext.Current.CancellationToken);
                Interlocked.Increment(ref _calls);
                await Task.Yield();
            }
        }
    }
}
