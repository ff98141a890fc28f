using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what is thrown on a bus, past what MassTransit puts around it.</summary>
internal class BusFailureClassifier : FailureClassifier
{
    // A called service says so of what it has called itself, or of its own consumer, which may be at work still.
    private static readonly string[] Unanswered =
    [
        TypeCache.GetShortName(typeof(RequestTimedOutException)), TypeCache.GetShortName(typeof(RequestTimeoutException)), TypeCache.GetShortName(typeof(ExecutionTimeoutException)),
    ];

    /// <summary>For what consumers throw.</summary>
    public static BusFailureClassifier Default { get; } = new();

    protected override bool IsCallerMistake(string exceptionType) =>
        base.IsCallerMistake(exceptionType) || string.Equals(exceptionType, "MassTransit.MessageSerializationException", StringComparison.Ordinal);

    protected override IReadOnlyList<Exception> CarriedBy(Exception exception) =>
        CarriedExceptions.By(exception) is { } carried ? [carried] : base.CarriedBy(exception);

    protected override bool IsUnansweredAlone(Exception exception) => exception switch
    {
        RequestTimeoutException => true,
        RequestFaultException { Fault: { } fault } => CarriedExceptions.TypesIn(fault).Any(static type => Unanswered.Contains(type, StringComparer.Ordinal)),
        _ => false,
    };
}
