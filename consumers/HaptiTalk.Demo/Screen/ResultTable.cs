using System.Globalization;
using Spectre.Console;

namespace HaptiTalk.Demo;

/// <summary>Both acts side by side, and what was expected of the second.</summary>
internal static class ResultTable
{
    public static Table Draw(ActResult bare, ActResult guarded)
    {
        Table table = new Table().RoundedBorder().Title("the same story, the same callers, the same patience");
        table.AddColumn("");
        table.AddColumn(new TableColumn("without").RightAligned());
        table.AddColumn(new TableColumn("with the framework").RightAligned());
        AddRow("calls", act => Number(act.Calls.Count));
        AddRow("answered", act => Number(act.Count(CallEnd.Answered)));
        AddRow("fell back", act => Number(act.Count(CallEnd.FellBack)));
        AddRow("failed", act => Number(act.Count(CallEnd.Failed)));
        AddRow("p50 wait", act => Wait(act.Calls, 0.5));
        AddRow("p99 wait", act => Wait(act.Calls, 0.99));
        foreach (Phase phase in Enum.GetValues<Phase>())
            AddRow($"p99 wait, {phase}".ToLowerInvariant(), act => Wait(act.Calls.Where(call => call.Phase == phase), 0.99));
        AddRow("consumer executions", act => Number(act.Executions));
        AddRow("messages left in _error", act => Number(act.ErrorsLeft));
        AddRow("... of services that did not fail", act => Number(act.Errors.Where(queue => !queue.Key.StartsWith("user-", StringComparison.Ordinal)).Sum(queue => queue.Value)));
        return table;

        void AddRow(string name, Func<ActResult, string> value) => table.AddRow(name, value(bare), value(guarded));
    }

    public static Table Draw(IReadOnlyList<Expectation> expectations)
    {
        Table table = new Table().RoundedBorder().Title("what the framework is expected to do");
        table.AddColumns("", "expectation", "seen");
        foreach (Expectation expectation in expectations)
            table.AddRow(expectation.Held ? "[green]held[/]" : "[red]BROKEN[/]", Markup.Escape(expectation.Text), Markup.Escape(expectation.Seen));
        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Wait(IEnumerable<Call> calls, double share) => $"{Number((long)Percentile.Of(calls, share).TotalMilliseconds)} ms";
}
