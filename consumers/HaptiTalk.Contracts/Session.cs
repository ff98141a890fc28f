using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>Begins listening to a conversation. Answered by <see cref="SessionStarted"/>, or <see cref="NotFound"/> for the user.</summary>
/// <param name="SessionId">Chosen by the caller, so that asking twice starts one session.</param>
/// <param name="UserId">Who wears the device.</param>
/// <param name="Kind">What kind of conversation it is.</param>
[ServiceProfile("session")]
public sealed record StartSession(string SessionId, string UserId, SessionKind Kind);

/// <summary>A session that runs.</summary>
public sealed record SessionStarted(string SessionId, string UserId, DateTimeOffset StartedAt);

/// <summary>Stops listening. Answered by the final <see cref="SessionInfo"/>, or <see cref="NotFound"/>; makes <see cref="SessionEnded"/> known.</summary>
[ServiceProfile("session")]
public sealed record EndSession(string SessionId);

/// <summary>Asks session about one conversation. Answered by <see cref="SessionInfo"/>, or <see cref="NotFound"/>.</summary>
[ServiceProfile("session")]
public sealed record GetSessionInfo(string SessionId);

/// <summary>One conversation.</summary>
/// <param name="SessionId">Which one.</param>
/// <param name="UserId">Who wears the device.</param>
/// <param name="User">Who that is; null when the user service could not say.</param>
/// <param name="Kind">What kind of conversation it is.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="FeedbackCount">How many vibrations the device was given.</param>
public sealed record SessionInfo(
    string SessionId, string UserId, UserProfile? User, SessionKind Kind, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int FeedbackCount);

/// <summary>What kind of conversation HaptiTalk listens to.</summary>
public enum SessionKind
{
    /// <summary>Two people getting to know each other.</summary>
    Dating,

    /// <summary>A job interview.</summary>
    Interview,

    /// <summary>A meeting at work.</summary>
    Meeting,
}

/// <summary>A conversation is over. The same end may be announced more than once.</summary>
[ServiceProfile("session")]
public sealed record SessionEnded(string SessionId, string UserId, SessionKind Kind, DateTimeOffset StartedAt, DateTimeOffset EndedAt);
