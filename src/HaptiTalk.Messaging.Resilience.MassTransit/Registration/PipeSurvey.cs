using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Finds every consumer on a bus that has been built, with the filters in front of it. This sees what the configuration came
/// to, by whatever way it was written: on the bus, an endpoint, a definition or a consumer, in any order.
/// </summary>
internal static class PipeSurvey
{
    /// <summary>How the framework's own filter tells about itself.</summary>
    public const string Protection = "messagingResilience";

    // What MassTransit puts around a batch consumer.
    private const string BatchConsumer = "MassTransit.Batching.BatchConsumer<";

    public static IReadOnlyList<FoundConsumer> Of(IBus bus)
    {
        List<FoundConsumer> found = [];
        foreach (PipeScope endpoint in PipeScope.Of(bus).All().Where(static scope => scope.Key == "receiveEndpoint"))
            Walk(endpoint, new(endpoint.Text("name") ?? "", "", "", []), found);
        return found;
    }

    // Returns what stands in front of whatever comes after this part.
    private static List<PipeScope> Walk(PipeScope scope, FoundConsumer at, List<FoundConsumer> found)
    {
        List<PipeScope> filters = [.. at.Filters];
        foreach (PipeScope part in scope.Parts)
        {
            FoundConsumer here = at with { Filters = filters };
            switch (part)
            {
                // Its consumers follow each other, each behind filters of its own.
                case { Filter: "dispatchPipe" }:
                    Walk(part, here with { Message = part.Text("outputType") ?? "" }, found);
                    break;

                // What is in it stands in front of what follows it.
                case { Filter: "split" }:
                    filters = Walk(part, here, found);
                    break;

                // The batch has a pipe of its own, and only what protects that protects the consumer.
                case { Key: "consumer" } when part.Text("type")?.StartsWith(BatchConsumer, StringComparison.Ordinal) is true:
                    Walk(part, here with { TakesBatches = true, Filters = [.. filters.Where(static filter => filter.Filter != Protection)] }, found);
                    filters = [.. at.Filters];
                    break;

                case { Key: "consumer" } or { Filter: "handler" or "saga" or "instance" or "observer" }:
                    found.Add(here with { Name = NameOf(part), Filters = [.. filters, .. part.All().Where(static inner => inner.Filter is not null)] });
                    filters = [.. at.Filters];
                    break;

                default:
                    if (part.Filter is not null)
                        filters.Add(part);
                    Walk(part, here with { Filters = [.. filters] }, found);
                    break;
            }
        }

        return filters;
    }

    private static string NameOf(PipeScope consumer) =>
        (consumer.Filter is null or "instance" ? consumer.Text("type") : null)
        ?? consumer.All().Select(static part => part.Text("instanceType")).FirstOrDefault(static name => name is not null)
        ?? $"a {consumer.Filter ?? consumer.Key}";
}
