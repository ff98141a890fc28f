using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a request client throws.</summary>
internal sealed class RequestFailureClassifier : FailureClassifier
{
    public static RequestFailureClassifier Instance { get; } = new();

    protected override FailureKind ClassifyOther(Exception exception) => exception switch
    {
        RequestTimeoutException => FailureKind.Timeout,
        RequestException { InnerException: MessageTooLargeException } => FailureKind.CallerMistake,

        // The service's queue is full: a repeat would not find it empty.
        RequestException { InnerException: MessageNotAcknowledgedException } => FailureKind.RemoteFailure,
        RequestFaultException { Fault: { } fault } => IsMistake(fault) ? FailureKind.CallerMistake : FailureKind.RemoteFailure,
        _ => base.ClassifyOther(exception),
    };

    private static bool IsMistake(Fault fault) => fault.Exceptions is [{ ExceptionType: { } type }, ..] && IsCallerMistake(type);
}
