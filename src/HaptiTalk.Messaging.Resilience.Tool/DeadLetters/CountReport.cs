using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>The two ways to write counts down.</summary>
internal static partial class CountReport
{
    private const int NextToTheName = 24;

    public static void WriteJson(IReadOnlyList<DeadLetterCount> counts, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(counts, Json.Default.IReadOnlyListDeadLetterCount));

    public static void WriteTable(IReadOnlyList<DeadLetterCount> counts, TextWriter output)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("Queue").AddColumn(new TableColumn("Messages").RightAligned());
        foreach (DeadLetterCount count in counts)
            table.AddRow(new Text(count.Queue), new Text(count.Messages?.ToString(CultureInfo.InvariantCulture) ?? "no such queue"));

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        // Redirected there is no width to fit into, and a name broken in two is a name not found.
        console.Profile.Width = Math.Max(console.Profile.Width, counts.Max(count => count.Queue.Length) + NextToTheName);
        console.Write(table);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(IReadOnlyList<DeadLetterCount>))]
    private sealed partial class Json : JsonSerializerContext;
}
