using Spectre.Console;

namespace HaptiTalk.Demo;

/// <summary>Shows an act while it is played: a picture on a terminal, a line a second elsewhere.</summary>
internal static class LiveScreen
{
    public static Task ShowAsync(IAnsiConsole console, ActView view, CancellationToken stop) =>
        console.Profile.Capabilities.Interactive
            ? console.Live(ActTable.Draw(view)).StartAsync(live => TickAsync(
                view,
                TimeSpan.FromMilliseconds(250),
                () =>
                {
                    live.UpdateTarget(ActTable.Draw(view));
                    live.Refresh();
                },
                stop))
            : TickAsync(view, TimeSpan.FromSeconds(1), () => console.WriteLine(Line(view)), stop);

    private static async Task TickAsync(ActView view, TimeSpan every, Action tick, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, view.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                tick();
        }
        catch (OperationCanceledException)
        {
            tick();
        }
    }

    private static string Line(ActView view) =>
        $"{ActTable.TitleOf(view)} | answered {Count(view, CallEnd.Answered)}, fell back {Count(view, CallEnd.FellBack)}, failed {Count(view, CallEnd.Failed)}";

    private static int Count(ActView view, CallEnd end) => view.Calls.Count(call => call.End == end);
}
