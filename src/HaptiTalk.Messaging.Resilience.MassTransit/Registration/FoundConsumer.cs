namespace HaptiTalk.Messaging.Resilience;

/// <summary>A consumer as it stands on a bus, behind its filters.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Message">The type of what it consumes, with its namespace.</param>
/// <param name="Name">The consumer's type with its namespace; of a handler, what it is.</param>
/// <param name="Filters">What a message goes through, in this order.</param>
internal sealed record FoundConsumer(string Endpoint, string Message, string Name, IReadOnlyList<PipeScope> Filters)
{
    /// <summary>It gets its messages in batches.</summary>
    public bool TakesBatches { get; init; }

    public bool IsProtected => Own >= 0;

    /// <summary>The framework's own filter in front of it; null where there is none.</summary>
    public PipeScope? Protection => IsProtected ? Filters[Own] : null;

    /// <summary>MassTransit repeats it at once.</summary>
    public bool IsRepeated => Filters.Any(static filter => IsRetry(filter, isRedelivery: false));

    /// <summary>MassTransit puts it off and takes a failure for done before the framework hears of it.</summary>
    public bool IsRedeliveredInside => Filters.Skip(Own + 1).Any(static filter => IsRetry(filter, isRedelivery: true));

    /// <summary>What a failed attempt sent would be sent all the same.</summary>
    public bool HasOutboxOutside => Filters.Take(Own).Any(static filter => filter.Filter == "outbox");

    /// <summary>MassTransit's timeout sends a fault for every failed attempt, and ends messages that are held.</summary>
    public bool HasTimeout => Filters.Any(static filter => filter.Filter == "timeout");

    public override string ToString() => $"{TypeNames.WithoutNamespaces(Name)} on endpoint {Endpoint}";

    // An endpoint's own filter stands inside the bus's, which then lets everything pass.
    private int Own => Filters.Select(static filter => filter.Filter).ToList().LastIndexOf(PipeSurvey.Protection);

    private static bool IsRetry(PipeScope filter, bool isRedelivery) =>
        filter.Filter == "retry"
        && filter.Text("type") == "redelivery" == isRedelivery
        && !filter.All().Any(static part => part.Text("policy") == "None" || part.Text("limit") == "0");
}
