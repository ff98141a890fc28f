using HaptiTalk.Contracts;
using HaptiTalk.Feedback;

namespace HaptiTalk.Consumers.Tests;

public sealed class FeedbackAnalyzerTests
{
    private static readonly DateTimeOffset Start = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Analyze_NoFeedback_IsEmpty() =>
        FeedbackAnalyzer.Analyze(new SessionFeedback("s", [], IsEnded: true)).Dominant.ShouldBeNull();

    [Fact]
    public void Analyze_FewStrongAgainstManyWeak_TheStrongDominate()
    {
        FeedbackAnalysis analysis = Analyze(
            (FeedbackKind.Volume, 0.1, 0), (FeedbackKind.Volume, 0.1, 1), (FeedbackKind.Volume, 0.1, 2), (FeedbackKind.Emotion, 0.9, 3));

        analysis.Dominant.ShouldBe(FeedbackKind.Emotion);
        analysis.Kinds.ShouldBe([new KindAnalysis(FeedbackKind.Emotion, 1, 0.9), new KindAnalysis(FeedbackKind.Volume, 3, 0.1)]);
        analysis.AverageIntensity.ShouldBe(0.3);
    }

    [Fact]
    public void Analyze_FourInTwoMinutes_CountsTheIntervals() =>
        Analyze((FeedbackKind.Volume, 1, 0), (FeedbackKind.Volume, 1, 40), (FeedbackKind.Volume, 1, 80), (FeedbackKind.Volume, 1, 120))
            .PerMinute.ShouldBe(1.5);

    [Fact]
    public void Analyze_AllAtOnce_HasNoFrequency() =>
        Analyze((FeedbackKind.Volume, 1, 0), (FeedbackKind.Volume, 1, 0)).PerMinute.ShouldBe(0);

    private static FeedbackAnalysis Analyze(params (FeedbackKind Kind, double Intensity, int Second)[] pieces) =>
        FeedbackAnalyzer.Analyze(new SessionFeedback(
            "s", [.. pieces.Select(piece => new FeedbackPiece(piece.Kind, piece.Intensity, Start.AddSeconds(piece.Second)))], IsEnded: false));
}
