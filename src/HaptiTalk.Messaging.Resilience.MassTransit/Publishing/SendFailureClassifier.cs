using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a write to the broker throws.</summary>
internal sealed class SendFailureClassifier : BusFailureClassifier
{
    public static SendFailureClassifier Instance { get; } = new();

    // What the broker answers for one address says nothing about the others. Not repeated, it holds no place that they may need.
    protected override FailureKind ClassifyOther(Exception exception) =>
        exception is MessageReturnedException or MessageNotAcknowledgedException ? FailureKind.CallerMistake : base.ClassifyOther(exception);
}
