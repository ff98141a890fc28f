using System.Globalization;
using HaptiTalk.Messaging.Resilience;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HaptiTalk.Demo;

/// <summary>The live picture of an act: a line per service, and what the breakers did last.</summary>
internal static class ActTable
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);

    public static IRenderable Draw(ActView view)
    {
        Table table = new Table().RoundedBorder().Title(Markup.Escape(TitleOf(view)));
        table.AddColumns("service", "breaker (client / consumer)");
        foreach (string column in new[] { "calls/s", "answered", "fell back", "failed", "slowest, 1 s", "running", "queued" })
            table.AddColumn(new TableColumn(column).RightAligned());

        IReadOnlyList<ServiceSnapshot> services = view.Services;
        foreach (string service in ActHost.ServiceNames)
            AddRow(table, view, service, [.. services.Where(snapshot => snapshot.Service == service)]);
        return new Rows(table, new Markup(LastChanges(view)));
    }

    public static string TitleOf(ActView view) =>
        $"{(view.IsProtected ? "with the framework" : "without the framework")} | {view.Elapsed.TotalSeconds:00} s | {view.Scene.Headline}";

    private static void AddRow(Table table, ActView view, string service, ServiceSnapshot[] sides)
    {
        Call[] calls = [.. view.Calls.Where(call => call.Service == service)];
        Call[] recent = [.. calls.Where(call => view.Clock.GetElapsedTime(call.StartedAt) - call.Wait < Recent)];
        ServiceSnapshot? client = Array.Find(sides, side => side.Side == ResilienceSide.Client);
        table.AddRow(
            service,
            view.IsProtected ? $"{Colored(client)} / {Colored(Array.Find(sides, side => side.Side == ResilienceSide.Consumer))}" : "[dim]none[/]",
            Number(recent.Length),
            Number(recent.Count(call => call.End == CallEnd.Answered)),
            Number(recent.Count(call => call.End == CallEnd.FellBack)),
            Number(recent.Count(call => call.End == CallEnd.Failed)),
            $"{Number((long)(recent.Length == 0 ? 0 : recent.Max(call => call.Wait).TotalMilliseconds))} ms",
            Number(sides.Sum(side => side.ActiveCalls)),
            Number(sides.Sum(side => side.QueueLength)));
    }

    private static string Colored(ServiceSnapshot? side) => side?.CircuitState switch
    {
        null or CircuitState.Closed => "[green]closed[/]",
        CircuitState.HalfOpen => "[yellow]half-open[/]",
        CircuitState.Open => "[red]OPEN[/]",
        _ => "[red]ISOLATED[/]",
    };

    private static string LastChanges(ActView view) => string.Join(
        '\n',
        view.Changes.TakeLast(6).Select(change => string.Create(
            CultureInfo.InvariantCulture,
            $"  {view.SinceStart(change.At).TotalSeconds,5:0.0} s  {change.Service} ({change.Side}) is {change.To}")));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
