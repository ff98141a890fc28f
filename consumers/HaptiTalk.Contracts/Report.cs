using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>Asks report to write up a session. Answered by <see cref="SessionReport"/>, or <see cref="NotFound"/>.</summary>
[ServiceProfile("report")]
public sealed record GenerateReport(string SessionId);

/// <summary>A session written up for the one who wore the device.</summary>
/// <param name="SessionId">Which session.</param>
/// <param name="UserName">Whom it is for; null when that could not be found out.</param>
/// <param name="Kind">What kind of conversation it was.</param>
/// <param name="Duration">How long it lasted, or has lasted so far.</param>
/// <param name="Feedback">What the vibrations add up to; null when that could not be found out.</param>
/// <param name="Summary">Two or three sentences, in the user's language.</param>
/// <param name="Missing">What could not be found out (<c>user</c>, <c>feedback</c>): empty in a complete report.</param>
/// <param name="GeneratedAt">When it was written.</param>
public sealed record SessionReport(
    string SessionId,
    string? UserName,
    SessionKind Kind,
    TimeSpan Duration,
    FeedbackAnalysis? Feedback,
    string Summary,
    IReadOnlyList<string> Missing,
    DateTimeOffset GeneratedAt);
