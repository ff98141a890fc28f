namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>A bet as its requester sees it.</summary>
/// <param name="Mood">What the consumer does with it, if it runs.</param>
/// <param name="IsSafe">There is a fallback reply.</param>
/// <param name="Outcome">How it ended; null while it has not.</param>
internal sealed record PlacedBet(Mood Mood, bool IsSafe, string? Outcome)
{
    /// <summary>What the requester gets where the consumer has run.</summary>
    public string OutcomeOfRunning => Mood switch
    {
        Mood.Answers or Mood.FailsOnce or Mood.RepliesThenFails => Storm.Outcome.Reply,
        Mood.StaysSilent => Storm.Outcome.TimedOut,
        _ when IsSafe => Storm.Outcome.Fallback,
        Mood.Fails => Storm.Outcome.FaultOf(nameof(InvalidOperationException)),
        _ => Storm.Outcome.FaultOf(nameof(ExecutionTimeoutException)),
    };

    /// <summary>What it gets where the consumer was not allowed to run.</summary>
    public string OutcomeOfRefusal => IsSafe ? Storm.Outcome.Fallback : Storm.Outcome.Rejected;

    /// <summary>The consumer ran, failed in the end, and nothing stood in for it.</summary>
    public bool LeavesAnErrorCopy => !IsSafe && Outcome == OutcomeOfRunning
        && Mood is Mood.Fails or Mood.RepliesThenFails or Mood.HangsUntilCancelled or Mood.HangsOn or Mood.RepliesLate;
}

/// <summary>How a request ended for its requester.</summary>
internal static class Outcome
{
    public const string Reply = "reply";
    public const string Fallback = "fallback";
    public const string Rejected = "rejected";
    public const string TimedOut = "timed out";

    public static string FaultOf(string exceptionType) => $"fault: {exceptionType}";
}
