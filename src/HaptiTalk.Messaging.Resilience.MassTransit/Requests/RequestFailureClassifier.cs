using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a request client throws.</summary>
internal sealed class RequestFailureClassifier : FailureClassifier
{
    public static RequestFailureClassifier Instance { get; } = new();

    protected override FailureKind ClassifyOther(Exception exception) => exception switch
    {
        RequestTimeoutException => FailureKind.Timeout,
        RequestFaultException { Fault: { } fault } => IsMistake(fault) ? FailureKind.CallerMistake : FailureKind.RemoteFailure,
        _ => base.ClassifyOther(exception),
    };

    private static bool IsMistake(Fault fault) => fault.Exceptions is [{ ExceptionType: { } type }, ..] && IsCallerMistake(type);
}
