namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What a process is told on its input, a line of JSON each; it answers with one.</summary>
/// <param name="Load">Calls to make, answered by a <see cref="LoadResult"/>; without them it answers with an <see cref="InstanceReport"/>.</param>
/// <param name="Patience">How patient it is to be from now on; null for no change.</param>
/// <param name="Isolate">What to isolate by hand; null for nothing.</param>
internal sealed record Order(LoadOrder? Load = null, PatienceOrder? Patience = null, ControlTarget? Isolate = null);

/// <summary>
/// What a process does for the first time it does slowly, and no scenario is about that: meanwhile calls have all the time they need.
/// </summary>
/// <param name="Services">Whose settings change.</param>
/// <param name="IsOver">Whether they are as written again.</param>
internal sealed record PatienceOrder(IReadOnlyList<string> Services, bool IsOver);

/// <summary>Calls that begin at a steady pace, whether those before have ended or not.</summary>
/// <param name="Message">The type of message.</param>
/// <param name="PerSecond">How many begin in a second.</param>
/// <param name="Length">For how long they begin.</param>
internal sealed record LoadOrder(string Message, double PerSecond, TimeSpan Length)
{
    /// <summary>Whether they are published, so that nobody waits for an answer.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Whether they fail where they are consumed.</summary>
    public bool IsBad { get; init; }

    /// <summary>What is answered later than this after the call is not counted as answered; null for no such bound.</summary>
    public TimeSpan? InTime { get; init; }
}

/// <summary>What came of a load.</summary>
/// <param name="Calls">How many there were.</param>
/// <param name="Succeeded">How many were answered, in time where that was asked.</param>
/// <param name="Outcomes">How many ended how: <c>answered</c>, or the type of the exception and the service it names.</param>
/// <param name="FirstNumber">The first one's number. The others follow it.</param>
/// <param name="P99FailedMilliseconds">The time within which 99 of 100 failures were there; NaN where nothing failed.</param>
internal sealed record LoadResult(
    int Calls, int Succeeded, IReadOnlyDictionary<string, int> Outcomes, int FirstNumber, double P99FailedMilliseconds)
{
    public double SucceededShare => (double)Succeeded / Calls;

    /// <summary>The share of the outcomes that begin so; 0 where there was none.</summary>
    public double ShareOf(string outcome) =>
        (double)Outcomes.Where(found => found.Key.StartsWith(outcome, StringComparison.Ordinal)).Sum(static found => found.Value) / Calls;
}

/// <summary>What a process has done since it began.</summary>
/// <param name="Runs">By type of message.</param>
/// <param name="BreakerFailures">Calls that its circuits took for failures.</param>
/// <param name="CircuitsOpened">How often one of its circuits opened.</param>
internal sealed record InstanceReport(IReadOnlyDictionary<string, MessageRuns> Runs, long BreakerFailures, long CircuitsOpened);
