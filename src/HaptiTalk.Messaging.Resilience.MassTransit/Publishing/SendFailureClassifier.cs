using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a write to the broker throws.</summary>
internal sealed class SendFailureClassifier : BusFailureClassifier
{
    public static SendFailureClassifier Instance { get; } = new();

    // One wrong address says nothing about the broker.
    protected override FailureKind ClassifyOther(Exception exception) =>
        exception is MessageReturnedException ? FailureKind.CallerMistake : base.ClassifyOther(exception);
}
