using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>What is kept is no more than was allowed, whatever it is made of.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class PeekCacheTests
{
    private const long Allowed = 8L * 1024 * 1024;
    private const int Long = 50_000;

    [Theory]
    [InlineData("headers")]
    [InlineData("nested")]
    [InlineData("texts")]
    [InlineData("envelope")]
    [InlineData("deaths")]
    [InlineData("small")]
    public void Keep_PagesOfAnyMake_HoldsNoMoreThanAllowed(string make) => Holds((cache, number) =>
        cache.Keep(new DeadLetterPage($"queue-{number}", 2, [Letter(make), Letter(make)], default, IsFromCache: false, Incomplete: null), new()));

    [Theory]
    [InlineData("headers")]
    [InlineData("texts")]
    [InlineData("small")]
    public void Keep_SummariesOfAnyMake_HoldsNoMoreThanAllowed(string make) => Holds((cache, number) =>
        cache.Keep(
            new DeadLetterSummary(
                $"queue-{number}", 2, 2, [DeadLetterGrouping.ExceptionType],
                [new([new string('k', 1_000)], 2, null, null, Letter(make), new() { ExceptionType = new string('q', 1_000) })], 0, Incomplete: null),
            "question"));

    private static void Holds(Action<PeekCache, int> keep)
    {
        PeekCache cache = new(new FakeTimeProvider(), TimeSpan.FromMinutes(5), Allowed);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int number = 0; number < 2_000; number++)
            keep(cache, number);

        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(cache);

        held.ShouldBeLessThan(Allowed * 5 / 4 + (8L * 1024 * 1024));
    }

    private static DeadLetter Letter(string make)
    {
        DeadLetter letter = new()
        {
            Id = Guid.NewGuid().ToString("N")[..16],
            Position = 0,
            Failure = new(),
            Exchange = "",
            RoutingKey = "q",
            Properties = new(),
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal),
            BodySize = 0,
        };
        return make switch
        {
            "headers" => letter with { Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["h"] = new string('h', Long) } },
            "nested" => letter with
            {
                Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["list"] = Enumerable.Range(0, 2_000).Select(static object? (number) => new object?[] { (long)number }).ToArray(),
                    ["table"] = Enumerable.Range(0, 500).ToDictionary(static number => $"field-{number}", static object? (number) => new string('v', 20), StringComparer.Ordinal),
                },
            },
            "texts" => letter with { Failure = new() { ExceptionMessage = new string('m', Long), StackTrace = new string('s', Long) }, MessageType = new string('t', Long) },
            "envelope" => letter with
            {
                Envelope = new()
                {
                    MessageTypes = [new string('t', Long)],
                    SourceAddress = new string('a', Long),
                    Headers = new Dictionary<string, string?>(StringComparer.Ordinal) { ["h"] = new string('h', Long) },
                },
            },
            "deaths" => letter with
            {
                Failure = new() { Deaths = [.. Enumerable.Range(0, 200).Select(static number => new DeadLetterDeath($"queue-{number}", new string('r', 100), 1, null, new string('e', 100), [new string('k', 100)]))] },
            },
            _ => letter,
        };
    }
}
