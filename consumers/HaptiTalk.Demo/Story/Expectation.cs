using System.Globalization;
using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Demo;

/// <summary>Something the story must show, and what it has shown.</summary>
internal sealed record Expectation(string Text, bool Held, string Seen)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50);

    public static IReadOnlyList<Expectation> Of(ActResult act)
    {
        long openedAt = act.Changes.FirstOrDefault(change => change is { Service: "user", Side: ResilienceSide.Client, To: CircuitState.Open })?.At ?? long.MaxValue;
        Call[] steady = [.. act.Calls.Where(call => call.Phase == Phase.Steady)];
        Call[] afterOpening = [.. act.Calls.Where(call => call.StartedAt >= openedAt && call.StartedAt < act.OutageEndedAt)];
        Call[] flood = [.. act.Calls.Where(call => call.Phase == Phase.Flood)];
        Call[] besideFlood = [.. flood.Where(call => call.Service != "report")];
        Call? latest = act.Calls.MaxBy(call => call.Wait - act.Patience[call.Service]);
        string[] foreignErrors = [.. act.Errors.Keys.Where(queue => !queue.StartsWith("user-", StringComparison.Ordinal))];
        CircuitState? last = act.Changes.LastOrDefault(change => change is { Service: "user", Side: ResilienceSide.Client })?.To;
        int rejected = flood.Count(call => call.Failure == nameof(BulkheadFullRejectedException));
        Call[] recovered = [.. act.Calls.Where(call => call.Phase == Phase.Recovery && call.Service == "user").OrderBy(call => call.StartedAt).TakeLast(20)];

        return
        [
            new("while all is well every call is answered",
                steady.Length > 0 && steady.All(call => call.End == CallEnd.Answered),
                $"{steady.Count(call => call.End == CallEnd.Answered)} of {steady.Length}"),
            new("nobody waits longer than the total timeout + 100 ms",
                latest is not null && latest.Wait <= act.Patience[latest.Service] + Tolerance,
                latest is null ? "no calls" : $"longest: {Milliseconds(latest.Wait)} for {latest.Service} (total {Milliseconds(act.Patience[latest.Service])})"),
            new("the outage opens the breaker of the user service", openedAt < long.MaxValue, openedAt < long.MaxValue ? "it opened" : "it did not"),
            new("once it is open every call is answered within 50 ms (p99)",
                afterOpening.Length > 0 && Percentile.Of(afterOpening, 0.99) < AtOnce,
                $"p99 {Milliseconds(Percentile.Of(afterOpening, 0.99))} of {afterOpening.Length} calls"),
            new("once it is open no call fails",
                afterOpening.Length > 0 && afterOpening.All(call => call.End != CallEnd.Failed),
                $"{afterOpening.Count(call => call.End == CallEnd.Failed)} of {afterOpening.Length} failed"),
            new("fallback replies stand in for the user service", act.Count(CallEnd.FellBack) > 0, $"{act.Count(CallEnd.FellBack)} replies"),
            new("when the user service is back the breaker closes and real answers return",
                last == CircuitState.Closed && recovered.Length > 0 && recovered.All(call => call.End == CallEnd.Answered),
                $"{last}, {recovered.Count(call => call.End == CallEnd.Answered)} of the last {recovered.Length} calls answered"),
            new("the flood is queued and then refused at once",
                act.LongestQueue > 0 && rejected > 0,
                $"longest queue {act.LongestQueue}, {rejected} refused"),
            new("nobody else notices the flood",
                besideFlood.Length > 0 && besideFlood.All(call => call.End == CallEnd.Answered),
                $"{besideFlood.Count(call => call.End == CallEnd.Answered)} of {besideFlood.Length} answered"),
            new("no message of a service that did not fail lands in an error queue",
                foreignErrors.Length == 0,
                foreignErrors.Length == 0 ? "none" : string.Join(", ", foreignErrors)),
        ];
    }

    private static string Milliseconds(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"{wait.TotalMilliseconds:N0} ms");
}
