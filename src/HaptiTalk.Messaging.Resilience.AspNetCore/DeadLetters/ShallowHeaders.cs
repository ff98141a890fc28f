namespace HaptiTalk.Messaging.Resilience;

/// <summary>Strangers may put tables into tables into tables. JSON does not go down so far, and one such message must not hide the others.</summary>
internal static class ShallowHeaders
{
    private const int Deepest = 32;
    private const string Deeper = "(deeper than is shown)";

    public static DeadLetter Of(DeadLetter letter) => letter with { Headers = Table(letter.Headers, depth: 1) };

    private static Dictionary<string, object?> Table(IReadOnlyDictionary<string, object?> table, int depth) =>
        table.ToDictionary(pair => pair.Key, pair => Value(pair.Value, depth), StringComparer.Ordinal);

    private static object? Value(object? value, int depth) => value switch
    {
        IReadOnlyDictionary<string, object?> or object?[] when depth == Deepest => Deeper,
        IReadOnlyDictionary<string, object?> table => Table(table, depth + 1),
        object?[] list => Array.ConvertAll(list, item => Value(item, depth + 1)),
        _ => value,
    };
}
