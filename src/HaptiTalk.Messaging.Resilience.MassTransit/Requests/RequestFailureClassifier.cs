using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a request client throws.</summary>
internal sealed class RequestFailureClassifier : BusFailureClassifier
{
    public static RequestFailureClassifier Instance { get; } = new();

    protected override string NameOf(Exception exception) =>
        exception is RequestFaultException { Fault: { } fault } && CarriedExceptions.TypesIn(fault).FirstOrDefault() is { Length: > 0 } thrown ? thrown : base.NameOf(exception);

    protected override Exception TimeoutOf(ExecutionTimeoutException timeout) => new RequestTimedOutException(timeout);

    protected override FailureKind ClassifyOther(Exception exception) => exception switch
    {
        RequestTimeoutException => FailureKind.Timeout,
        MessageTooLargeException => FailureKind.CallerMistake,

        // The service's queue is full: a repeat would not find it empty.
        MessageNotAcknowledgedException => FailureKind.RemoteFailure,
        RequestFaultException { Fault: { } fault } => IsMistake(fault) ? FailureKind.CallerMistake : FailureKind.RemoteFailure,
        _ => base.ClassifyOther(exception),
    };

    // Of what the called service threw only the name arrives.
    protected override bool IsNamedAlone(Exception exception, IReadOnlyList<string> names) =>
        base.IsNamedAlone(exception, names)
        || exception is RequestFaultException { Fault: { } fault } && CarriedExceptions.TypesIn(fault).Any(type => names.Any(name => Names(name, type)));

    // One that is not the caller's makes it the service's failure.
    private bool IsMistake(Fault fault) => CarriedExceptions.TypesIn(fault).ToList() is { Count: > 0 } types && types.TrueForAll(IsCallerMistake);

    private static bool Names(string name, string type) =>
        type.EndsWith(name, StringComparison.Ordinal) && (type.Length == name.Length || type[^(name.Length + 1)] is '.' or '+');
}
