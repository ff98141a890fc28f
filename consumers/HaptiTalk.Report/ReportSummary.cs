using HaptiTalk.Contracts;

namespace HaptiTalk.Report;

/// <summary>Puts a report into two or three sentences, in Korean or English.</summary>
internal static class ReportSummary
{
    public static string Write(SessionInfo session, TimeSpan duration, FeedbackAnalysis? analysis) =>
        session.User?.Locale == "ko" ? Korean(session, duration, analysis) : English(session, duration, analysis);

    private static string English(SessionInfo session, TimeSpan duration, FeedbackAnalysis? analysis)
    {
        string who = session.User is { } user ? $"{user.Name}, your" : "Your";
        string what = session.Kind switch
        {
            SessionKind.Dating => "date",
            SessionKind.Interview => "interview",
            _ => "meeting",
        };
        string felt = analysis switch
        {
            null => "What you were given as feedback is not available right now.",
            { Dominant: null } => "You were given no feedback.",
            { Dominant: { } kind } => $"You were given feedback {analysis.Count} times, mostly about {Topic(kind)}.",
        };
        return $"{who} {what} {(session.EndedAt is null ? "has lasted" : "lasted")} {Minutes(duration)} minutes. {felt}";
    }

    private static string Korean(SessionInfo session, TimeSpan duration, FeedbackAnalysis? analysis)
    {
        string what = session.Kind switch
        {
            SessionKind.Dating => "소개팅",
            SessionKind.Interview => "면접",
            _ => "회의",
        };
        string felt = analysis switch
        {
            null => "피드백 내용은 지금 확인할 수 없습니다.",
            { Dominant: null } => "받은 피드백이 없습니다.",
            { Dominant: { } kind } => $"피드백을 {analysis.Count}번 받았고, 주로 {KoreanTopic(kind)}에 관한 것이었습니다.",
        };
        return $"{session.User!.Name} 님의 {what}{(session.EndedAt is null ? " 진행 시간은 현재까지" : " 시간은")} {Minutes(duration)}분입니다. {felt}";
    }

    private static string Topic(FeedbackKind kind) => kind switch
    {
        FeedbackKind.SpeakingSpeed => "your speaking speed",
        FeedbackKind.Volume => "your volume",
        FeedbackKind.Emotion => "the other's mood",
        _ => "the other's interest",
    };

    private static string KoreanTopic(FeedbackKind kind) => kind switch
    {
        FeedbackKind.SpeakingSpeed => "말하기 속도",
        FeedbackKind.Volume => "목소리 크기",
        FeedbackKind.Emotion => "상대의 감정",
        _ => "상대의 관심도",
    };

    private static int Minutes(TimeSpan duration) => (int)Math.Round(duration.TotalMinutes);
}
