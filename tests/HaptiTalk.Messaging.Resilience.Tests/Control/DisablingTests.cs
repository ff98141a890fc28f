namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Circuits that an operator disables for a time.</summary>
public sealed class DisablingTests
{
    private const string By = "an operator";

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Disable_Open_EverythingRunsAgainAndIsKeptInTheHistory()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=2");
        await FailAsync(test, times: 2);
        ControlChange change = test.Control.Disable(new("user"), Duration, By, "poison");
        await FailAsync(test, times: 10);

        (change.What, change.Before, change.After, change.Reason).ShouldBe(("disable", "local Open", "local Disabled", "poison"));
        CircuitSnapshot circuit = test.Snapshot().Circuits.ShouldHaveSingleItem();
        (circuit.State, circuit.FailureCount, circuit.DisabledUntil).ShouldBe((CircuitState.Disabled, 12, change.At + Duration));
        test.Measured.Read("circuit_breaker_state").ShouldHaveSingleItem().Value.ShouldBe(4);
        test.Measured.Of("circuit_breaker_calls").Count(measured => measured.Tags.Contains("result=failure")).ShouldBe(12);
    }

    [Fact]
    public async Task Disable_TimeHasPassed_ProtectsAgain()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=2");
        await FailAsync(test, times: 1);
        test.Control.Disable(new("user"), Duration, By);
        test.Clock.Advance(Duration);
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
        await FailAsync(test, times: 2);

        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Disable_NothingHasRunYet_HoldsForWhatComesUntilItEnds()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        ControlChange change = test.Control.Disable(new("user", ResilienceSide.Local), Duration, By);
        ServiceSnapshot unused = test.Snapshot();
        test.Clock.Advance(Duration / 2);
        await FailAsync(test, times: 3);
        CircuitSnapshot used = test.Snapshot().Circuits.ShouldHaveSingleItem();
        test.Clock.Advance(Duration / 2);

        (unused.CircuitState, unused.Circuits.ShouldHaveSingleItem().DisabledUntil).ShouldBe((CircuitState.Disabled, change.At + Duration));
        (used.State, used.DisabledUntil).ShouldBe((CircuitState.Disabled, change.At + Duration));
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Disable_EndedBeforeAnythingRan_IsForgotten()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        test.Control.Disable(new("user"), Duration, By);
        test.Clock.Advance(Duration);
        test.Resilience.GetSnapshot().ShouldBeEmpty();
        await FailAsync(test, times: 1);

        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Disable_Isolated_TheLastWordCounts()
    {
        using TestResilience test = TestResilience.WithProfile();
        Circuit circuit = test.States.Get(ResilienceSide.Consumer, "user", "orderPlaced").Circuit;
        test.Control.Isolate(new("user"), By);
        test.Control.Disable(new("user", ResilienceSide.Consumer, "orderPlaced"), Duration, By);
        CircuitState disabled = circuit.Breaker.State;
        test.Control.Isolate(new("user"), By);
        test.Clock.Advance(Duration);

        (disabled, circuit.Breaker.State).ShouldBe((CircuitState.Disabled, CircuitState.Isolated));
    }

    [Theory]
    [InlineData("close")]
    [InlineData("reset")]
    public void CloseAndReset_Disabled_EndItAtOnce(string what)
    {
        using TestResilience test = TestResilience.WithProfile();
        Circuit circuit = test.Circuit;
        test.Control.Disable(new("user"), Duration, By);
        _ = what == "close" ? test.Control.Close(new("user"), By) : test.Control.Reset(new("user"), By);

        circuit.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Snapshot().Circuits.ShouldHaveSingleItem().DisabledUntil.ShouldBeNull();
    }

    [Fact]
    public void ReloadProfile_AnotherScope_StaysDisabledUntilTheSameTime()
    {
        using TestResilience test = TestResilience.WithProfile();
        OperationState operation = test.States.Get(ResilienceSide.Consumer, "user", "orderPlaced");
        DateTimeOffset until = test.Clock.GetUtcNow() + Duration;
        test.Control.Disable(new("user"), Duration, By);
        test.ReloadProfile("Scope=Service");

        CircuitView now = operation.Circuit.Breaker.View();
        (now.State, now.DisabledUntil).ShouldBe((CircuitState.Disabled, until));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    [InlineData(86401)]
    public void Disable_TooShortOrTooLong_Throws(double seconds)
    {
        using TestResilience test = TestResilience.WithProfile();

        Should.Throw<ArgumentOutOfRangeException>(() => test.Control.Disable(new("user"), TimeSpan.FromSeconds(seconds), By)).ParamName.ShouldBe("duration");
        test.Control.History.ShouldBeEmpty();
    }

    private static async Task FailAsync(TestResilience test, int times)
    {
        for (int i = 0; i < times; i++)
            await test.FailAsync<InvalidOperationException>(test.Work().Fails());
    }
}
