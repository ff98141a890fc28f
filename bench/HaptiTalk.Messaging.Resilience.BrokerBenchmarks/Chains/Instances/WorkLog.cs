using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>How often each message was begun in this process, and which were completed.</summary>
internal sealed class WorkLog
{
    private readonly ConcurrentDictionary<(string Message, int Number), int> _runs = new();
    private readonly ConcurrentDictionary<(string Message, int Number), bool> _completed = new();

    /// <summary>For messages of a report, by type.</summary>
    public IReadOnlyDictionary<string, MessageRuns> Runs => _runs
        .GroupBy(static run => run.Key.Message, StringComparer.Ordinal)
        .ToDictionary(
            static type => type.Key,
            type => new MessageRuns(
                type.ToDictionary(static run => run.Key.Number, static run => run.Value),
                [.. type.Select(static run => run.Key.Number).Where(number => _completed.ContainsKey((type.Key, number)))]),
            StringComparer.Ordinal);

    public void Begin(string message, int number) => _runs.AddOrUpdate((message, number), 1, static (_, times) => times + 1);

    public void Complete(string message, int number) => _completed[(message, number)] = true;
}

/// <summary>What became of the messages of one type.</summary>
/// <param name="Times">How often each was begun, by number.</param>
/// <param name="Completed">The numbers of those that were completed.</param>
internal sealed record MessageRuns(IReadOnlyDictionary<int, int> Times, IReadOnlyCollection<int> Completed);
