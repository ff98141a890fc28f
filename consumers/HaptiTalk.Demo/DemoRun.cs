using HaptiTalk.Messaging.Resilience;
using Spectre.Console;

namespace HaptiTalk.Demo;

/// <summary>Plays both acts and says what came of them.</summary>
internal static class DemoRun
{
    private const int Held = 0;
    private const int Broken = 1;
    private const int NotPlayed = 3;

    // A file has no width to wrap at.
    private const int FileWidth = 160;

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive)
            console.Profile.Width = FileWidth;

        string folder = Directory.CreateTempSubdirectory("haptitalk-demo-").FullName;
        try
        {
            console.MarkupLineInterpolated($"HaptiTalk on {options.Broker?.ToString() ?? "the in-memory transport"}: two acts of {Scene.Story.Sum(scene => scene.Length.TotalSeconds)} s each.");
            ActResult bare = await PlayBareAsync(console, options, Path.Combine(folder, "bare"), cancellationToken);
            return await PlayGuardedAsync(console, options, bare, Path.Combine(folder, "guarded"), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.MarkupLine("Stopped.");
            return options.IsServing ? Held : NotPlayed;
        }
        catch (DeadLetterAccessException failure)
        {
            console.MarkupLineInterpolated($"[red]The story cannot be played:[/] {failure.Message}. Is the broker running, and may the user use the virtual host?");
            return NotPlayed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ActResult> PlayBareAsync(
        IAnsiConsole console, DemoOptions options, string folder, CancellationToken cancellationToken)
    {
        await using ActHost host = await ActHost.StartAsync(isProtected: false, options.Broker, folder, cancellationToken);
        return await new Act(host, isProtected: false, TimeProvider.System)
            .PlayAsync((view, stop) => LiveScreen.ShowAsync(console, view, stop), cancellationToken);
    }

    private static async Task<int> PlayGuardedAsync(
        IAnsiConsole console, DemoOptions options, ActResult bare, string folder, CancellationToken cancellationToken)
    {
        await using ActHost host = await ActHost.StartAsync(isProtected: true, options.Broker, folder, cancellationToken);
        if (options.IsServing)
            console.MarkupLineInterpolated($"The page: {host.Address}/resilience. For Prometheus: {host.Address}/metrics");

        var act = new Act(host, isProtected: true, TimeProvider.System);
        ActResult guarded = await act.PlayAsync((view, stop) => LiveScreen.ShowAsync(console, view, stop), cancellationToken);
        int exitCode = Report(console, options, bare, guarded);
        if (options.IsServing)
        {
            console.MarkupLineInterpolated($"Still serving on {host.Address}, with steady traffic. Ctrl+C ends it.");
            await act.GoOnAsync(cancellationToken);
        }

        return exitCode;
    }

    private static int Report(IAnsiConsole console, DemoOptions options, ActResult bare, ActResult guarded)
    {
        IReadOnlyList<Expectation> expectations = Expectation.Of(guarded);
        console.Write(ResultTable.Draw(bare, guarded));
        console.Write(ResultTable.Draw(expectations));
        Expectation[] broken = [.. expectations.Where(expectation => !expectation.Held)];
        foreach (Expectation expectation in broken)
            console.MarkupLineInterpolated($"[red]Not held:[/] {expectation.Text} ({expectation.Seen}).");
        return options.IsStrict && broken.Length > 0 ? Broken : Held;
    }
}
