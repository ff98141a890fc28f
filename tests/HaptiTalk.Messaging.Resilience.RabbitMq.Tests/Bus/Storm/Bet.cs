namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>What a consumer does with a request that says so.</summary>
public enum Mood
{
    Answers,
    FailsOnce,
    Fails,
    RepliesThenFails,

    /// <summary>Goes past its timeout and honours its token.</summary>
    HangsUntilCancelled,

    /// <summary>Goes past its timeout, ignores its token, and ends after the requester has its outcome.</summary>
    HangsOn,

    /// <summary>The same, and replies in the end.</summary>
    RepliesLate,

    /// <summary>Succeeds without a reply.</summary>
    StaysSilent,
}

[ServiceProfile("user")]
public sealed record Bet(int Number, Mood Mood);

/// <summary>A bet for which there is a fallback reply.</summary>
[ServiceProfile("user")]
public sealed record SafeBet(int Number, Mood Mood);
