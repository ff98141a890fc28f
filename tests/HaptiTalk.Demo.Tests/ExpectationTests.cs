using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Demo.Tests;

/// <summary>An expectation that could not break would expect nothing.</summary>
public sealed class ExpectationTests
{
    private const long Opened = 100;
    private const long Ended = 200;

    [Fact]
    public void Of_AStoryThatWentWell_AllHold() => Broken(Good).ShouldBeEmpty();

    [Fact]
    public void Of_ACallThatWaitedTooLong_Breaks() =>
        Broken(Good with { Calls = [.. Good.Calls, Made("user", Phase.Recovery, 250, 1_101)] }).ShouldContain(text => text.Contains("total timeout"));

    [Fact]
    public void Of_ASlowCallAfterTheBreakerOpened_Breaks() =>
        Broken(Good with { Calls = [.. Good.Calls, Made("user", Phase.Outage, 150, 50), Made("user", Phase.Outage, 151, 50)] })
            .ShouldContain(text => text.Contains("50 ms"));

    [Fact]
    public void Of_AFailureAfterTheBreakerOpened_Breaks() =>
        Broken(Good with { Calls = [.. Good.Calls, Made("session", Phase.Outage, 150, 1, CallEnd.Failed)] }).ShouldContain(text => text.Contains("no call fails"));

    [Fact]
    public void Of_ABreakerThatStaysClosed_Breaks() => Broken(Good with { Changes = [] }).Length.ShouldBe(4);

    [Fact]
    public void Of_AnErrorCopyOfAHealthyService_Breaks() =>
        Broken(Good with { Errors = new Dictionary<string, long>(StringComparer.Ordinal) { ["session-get-session-info_error"] = 1 } })
            .ShouldHaveSingleItem().ShouldContain("did not fail");

    [Fact]
    public void Of_AnErrorCopyOfTheFailingService_Holds() =>
        Broken(Good with { Errors = new Dictionary<string, long>(StringComparer.Ordinal) { ["user-get-user-profile_error"] = 5 } }).ShouldBeEmpty();

    [Fact]
    public void Of_AFloodThatIsNotRefused_Breaks() =>
        Broken(Good with { Calls = [.. Good.Calls.Where(call => call.Failure is null)] }).ShouldHaveSingleItem().ShouldContain("flood is queued");

    private static ActResult Good { get; } = new(
        IsProtected: true,
        [
            Made("user", Phase.Steady, 1, 5),
            Made("user", Phase.Outage, 110, 1, CallEnd.FellBack),
            Made("user", Phase.Recovery, 210, 5),
            Made("session", Phase.Flood, 300, 5),
            Made("report", Phase.Flood, 301, 1, CallEnd.Failed, nameof(BulkheadFullRejectedException)),
        ],
        Executions: 10,
        new Dictionary<string, long>(StringComparer.Ordinal),
        [
            new(Opened, "user", ResilienceSide.Client, CircuitState.Open),
            new(Ended + 1, "user", ResilienceSide.Client, CircuitState.Closed),
        ],
        LongestQueue: 3,
        Ended,
        new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
        {
            ["user"] = TimeSpan.FromSeconds(1),
            ["session"] = TimeSpan.FromSeconds(1),
            ["report"] = TimeSpan.FromSeconds(1),
        });

    private static string[] Broken(ActResult act) =>
        [.. Expectation.Of(act).Where(expectation => !expectation.Held).Select(expectation => expectation.Text)];

    private static Call Made(
        string service, Phase phase, long startedAt, int milliseconds, CallEnd end = CallEnd.Answered, string? failure = null) =>
        new(service, phase, startedAt, TimeSpan.FromMilliseconds(milliseconds), end, failure);
}
