using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Collects messages into groups, as many as fit into memory.</summary>
internal sealed class DeadLetterGroups(IReadOnlyList<DeadLetterGrouping> by)
{
    private const int Most = 1_000;
    private const long MostBytes = 16L * 1024 * 1024;
    private static readonly DateTimeOffset LastHour = DateTimeOffset.MaxValue.AddHours(-1);
    private const string HourFormat = "yyyy-MM-ddTHH:00Z";

    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private long _bytes;

    public long Ungrouped { get; private set; }

    public static string? KeyOf(DeadLetter letter, DeadLetterGrouping grouping) => grouping switch
    {
        DeadLetterGrouping.ExceptionType => letter.Failure.ExceptionType,
        DeadLetterGrouping.MessageType => letter.MessageType,
        DeadLetterGrouping.Consumer => letter.Failure.ConsumerType,
        DeadLetterGrouping.InputQueue => letter.Failure.InputQueue,
        DeadLetterGrouping.Hour => letter.Failure.At?.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture),
        _ => letter.Failure.Fingerprint,
    };

    public void Add(DeadLetter letter)
    {
        string?[] key = [.. by.Select(grouping => KeyOf(letter, grouping))];
        string name = string.Join('\n', key.Select(static part => part is null ? "-" : "+" + part));
        if (!_groups.TryGetValue(name, out Group? group))
        {
            DeadLetter sample = letter with { Body = default };
            long bytes = DeadLetterSize.Of(sample);
            if (_groups.Count == Most || _bytes + bytes > MostBytes)
            {
                Ungrouped++;
                return;
            }

            _bytes += bytes;
            _groups[name] = group = new(key, sample);
        }

        group.Count++;
        if (letter.Failure.At is not { } at)
            return;
        group.Oldest = group.Oldest is { } oldest && oldest <= at ? oldest : at;
        group.Newest = group.Newest is { } newest && newest >= at ? newest : at;
    }

    public IReadOnlyList<DeadLetterGroup> ToList() =>
    [
        .. _groups.Values.OrderByDescending(static group => group.Count).Select(group => new DeadLetterGroup(
            group.Key, group.Count, group.Oldest, group.Newest, group.Sample, QueryFor(group.Key))),
    ];

    private DeadLetterQuery QueryFor(string?[] key)
    {
        DeadLetterQuery query = new() { Without = [.. by.Where((_, index) => key[index] is null)] };
        for (int index = 0; index < key.Length; index++)
        {
            if (key[index] is { } value)
                query = With(query, by[index], value);
        }

        return query;
    }

    private static DeadLetterQuery With(DeadLetterQuery query, DeadLetterGrouping grouping, string value)
    {
        switch (grouping)
        {
            case DeadLetterGrouping.ExceptionType:
                return query with { ExceptionType = value };
            case DeadLetterGrouping.MessageType:
                return query with { MessageType = value };
            case DeadLetterGrouping.Consumer:
                return query with { ConsumerType = value };
            case DeadLetterGrouping.InputQueue:
                return query with { InputQueue = value };
            case DeadLetterGrouping.Hour:
                DateTimeOffset hour = DateTimeOffset.ParseExact(value, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                return query with { From = hour, Until = hour < LastHour ? hour.AddHours(1) : null };
            default:
                return query with { Fingerprint = value };
        }
    }

    private sealed class Group(string?[] key, DeadLetter sample)
    {
        public string?[] Key => key;

        public DeadLetter Sample => sample;

        public long Count { get; set; }

        public DateTimeOffset? Oldest { get; set; }

        public DateTimeOffset? Newest { get; set; }
    }
}
