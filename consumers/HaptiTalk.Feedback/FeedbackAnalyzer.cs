using HaptiTalk.Contracts;

namespace HaptiTalk.Feedback;

/// <summary>Adds up a session's vibrations. A kind weighs as much as its vibrations were strong, not as they were many.</summary>
internal static class FeedbackAnalyzer
{
    public static FeedbackAnalysis Analyze(SessionFeedback session)
    {
        IReadOnlyList<FeedbackPiece> pieces = session.Pieces;
        if (pieces.Count == 0)
            return FeedbackAnalysis.Empty(session.SessionId, session.IsEnded);

        KindAnalysis[] kinds =
        [
            .. pieces.GroupBy(piece => piece.Kind)
                .OrderByDescending(kind => kind.Sum(piece => piece.Intensity))
                .ThenBy(kind => kind.Key)
                .Select(kind => new KindAnalysis(kind.Key, kind.Count(), Mean(kind))),
        ];
        return new FeedbackAnalysis(
            session.SessionId, pieces.Count, Mean(pieces), PerMinute(pieces), kinds[0].Kind, kinds, session.IsEnded);
    }

    private static double Mean(IEnumerable<FeedbackPiece> pieces) => Math.Round(pieces.Average(piece => piece.Intensity), 3);

    private static double PerMinute(IReadOnlyList<FeedbackPiece> pieces)
    {
        TimeSpan span = pieces.Max(piece => piece.DeliveredAt) - pieces.Min(piece => piece.DeliveredAt);
        return span > TimeSpan.Zero ? Math.Round((pieces.Count - 1) / span.TotalMinutes, 3) : 0;
    }
}
