using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Documentation.Tests;

public sealed class GameDayTests
{
    private int _runs;

    [Fact]
    public async Task Call_WithoutAGameDay_Runs()
    {
        await using SampleHost host = HostWith("GameDay:Services:user:FaultRate=1", "GameDay:Services:user:LatencyRate=1");

        await CallAsync(host, "user");

        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task FaultRate_WrittenWhileTheHostRuns_FailsTheNextCallAndNoOtherService()
    {
        await using SampleHost host = HostWith("GameDay:Enabled=true", "Resilience:Defaults:Retry:MaxRetries=0", "Resilience:Profiles:user:Retry:MaxRetries=0");
        await CallAsync(host, "user");

        host.Settings["GameDay:Services:user:FaultRate"] = "1";

        await Should.ThrowAsync<GameDayException>(CallAsync(host, "user"));
        await CallAsync(host, "auth");
        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Enabled_TakenBackWhileTheHostRuns_EndsTheGameDay()
    {
        await using SampleHost host = HostWith("GameDay:Enabled=true", "GameDay:Services:user:FaultRate=1", "Resilience:Profiles:user:Retry:MaxRetries=0");
        await Should.ThrowAsync<GameDayException>(CallAsync(host, "user"));

        host.Settings["GameDay:Enabled"] = "false";

        await CallAsync(host, "user");
    }

    [Fact]
    public async Task Fault_AtEveryAttempt_CountsForTheBreaker()
    {
        await using SampleHost host = HostWith(
            "GameDay:Enabled=true",
            "GameDay:Services:user:FaultRate=1",
            "Resilience:Profiles:user:Retry:InitialDelay=00:00:00",
            "Resilience:Profiles:user:CircuitBreaker:FailureThreshold=1");

        await Should.ThrowAsync<GameDayException>(CallAsync(host, "user"));

        host.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        _runs.ShouldBe(0);
    }

    [Fact]
    public async Task Latency_AboveTheAttemptTimeout_TimesTheCallOut()
    {
        await using SampleHost host = HostWith(
            "GameDay:Enabled=true",
            "GameDay:Services:user:LatencyRate=1",
            "GameDay:Services:user:Latency=00:01:00",
            "Resilience:Profiles:user:Timeout:DefaultTimeout=00:00:02",
            "Resilience:Profiles:user:Retry:MaxRetries=0");
        Task slow = CallAsync(host, "user");

        host.Clock.Advance(TimeSpan.FromSeconds(2));

        await Should.ThrowAsync<ExecutionTimeoutException>(slow);
        _runs.ShouldBe(0);
    }

    [Fact]
    public async Task Latency_WithinTheAttemptTimeout_DelaysTheCall()
    {
        await using SampleHost host = HostWith(
            "GameDay:Enabled=true", "GameDay:Services:user:LatencyRate=1", "GameDay:Services:user:Latency=00:00:01");
        Task<string> slow = CallAsync(host, "user");

        host.Clock.Advance(TimeSpan.FromSeconds(0.999));
        _runs.ShouldBe(0);
        host.Clock.Advance(TimeSpan.FromSeconds(0.001));

        (await slow).ShouldBe("real");
    }

    [Theory]
    [InlineData("FaultRate", "often")]
    [InlineData("FaultRate", "NaN")]
    [InlineData("FaultRate", "-1")]
    [InlineData("LatencyRate", "1")]
    public async Task Setting_ThatIsWrongOrAlone_InjectsNothing(string key, string value)
    {
        await using SampleHost host = HostWith("GameDay:Enabled=true", $"GameDay:Services:user:{key}={value}");

        await CallAsync(host, "user");

        _runs.ShouldBe(1);
    }

    private static SampleHost HostWith(params string[] settings) =>
        SampleHost.With((builder, configuration) => builder.AddGameDay(configuration.GetSection("GameDay")), settings);

    private Task<string> CallAsync(SampleHost host, string service) => host.Resilience.For(service).ExecuteAsync(
        _ =>
        {
            _runs++;
            return Task.FromResult("real");
        },
        cancellationToken: TestContext.Current.CancellationToken).AsTask();
}
