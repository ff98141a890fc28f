using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what a request client throws.</summary>
internal sealed class RequestFailureClassifier : BusFailureClassifier
{
    public static RequestFailureClassifier Instance { get; } = new();

    public override string NameOf(Exception exception) =>
        exception is RequestFaultException { Fault: { } fault } && CarriedExceptions.TypesIn(fault).FirstOrDefault() is { Length: > 0 } thrown ? thrown : base.NameOf(exception);

    public override Exception TimeoutOf(Execution execution) => new RequestTimedOutException(execution);

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
    private static bool IsMistake(Fault fault) => CarriedExceptions.TypesIn(fault).ToList() is { Count: > 0 } types && types.TrueForAll(IsCallerMistake);

    private static bool Names(string name, string type) =>
        type.EndsWith(name, StringComparison.Ordinal) && (type.Length == name.Length || type[^(name.Length + 1)] is '.' or '+');
}
