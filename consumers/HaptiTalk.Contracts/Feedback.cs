using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>What a vibration is about.</summary>
public enum FeedbackKind
{
    /// <summary>The wearer speaks too fast or too slowly.</summary>
    SpeakingSpeed,

    /// <summary>The wearer speaks too loudly or too quietly.</summary>
    Volume,

    /// <summary>The other one's mood has changed.</summary>
    Emotion,

    /// <summary>The other one's interest rises or fades.</summary>
    Interest,
}

/// <summary>Asks feedback what a session's vibrations add up to. Answered by <see cref="FeedbackAnalysis"/>.</summary>
[ServiceProfile("feedback")]
public sealed record AnalyzeFeedback(string SessionId);

/// <summary>What a session's vibrations add up to.</summary>
/// <param name="SessionId">Which session.</param>
/// <param name="Count">How many there were.</param>
/// <param name="AverageIntensity">How strong they were on average, from 0 to 1.</param>
/// <param name="PerMinute">How often they came between the first and the last.</param>
/// <param name="Dominant">The kind that weighed most; null when there was none.</param>
/// <param name="Kinds">Each kind that occurred, the weightiest first.</param>
/// <param name="IsFinal">Whether the session is over.</param>
public sealed record FeedbackAnalysis(
    string SessionId, int Count, double AverageIntensity, double PerMinute, FeedbackKind? Dominant, IReadOnlyList<KindAnalysis> Kinds, bool IsFinal)
{
    /// <summary>The analysis of a session without vibrations.</summary>
    public static FeedbackAnalysis Empty(string sessionId, bool isFinal = false) => new(sessionId, 0, 0, 0, null, [], isFinal);
}

/// <summary>What the vibrations of one kind add up to.</summary>
public sealed record KindAnalysis(FeedbackKind Kind, int Count, double AverageIntensity);
