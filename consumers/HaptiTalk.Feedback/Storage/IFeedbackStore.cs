using HaptiTalk.Contracts;

namespace HaptiTalk.Feedback;

/// <summary>Where vibrations are kept.</summary>
public interface IFeedbackStore
{
    /// <summary>Everything kept of a session: nothing for one nobody has heard of.</summary>
    Task<SessionFeedback> ReadAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Keeps one vibration, once per id.</summary>
    Task AddAsync(string sessionId, string feedbackId, FeedbackPiece piece, CancellationToken cancellationToken);

    /// <summary>Notes that a session is over; the first end counts.</summary>
    Task EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>One vibration.</summary>
public sealed record FeedbackPiece(FeedbackKind Kind, double Intensity, DateTimeOffset DeliveredAt);

/// <summary>The vibrations of one session, in the order of their delivery.</summary>
public sealed record SessionFeedback(string SessionId, IReadOnlyList<FeedbackPiece> Pieces, bool IsEnded);
