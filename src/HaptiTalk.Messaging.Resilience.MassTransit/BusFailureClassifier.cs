namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what is thrown on a bus, past what MassTransit puts around it.</summary>
internal class BusFailureClassifier : FailureClassifier
{
    /// <summary>For what consumers throw.</summary>
    public static new BusFailureClassifier Default { get; } = new();

    protected override IReadOnlyList<Exception> CarriedBy(Exception exception) =>
        CarriedExceptions.By(exception) is { } carried ? [carried] : base.CarriedBy(exception);
}
