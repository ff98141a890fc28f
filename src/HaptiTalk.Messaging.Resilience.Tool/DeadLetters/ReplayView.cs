using System.Globalization;
using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>The result of a replay, or of its dry run.</summary>
internal static class ReplayView
{
    private const int MessagesShown = 20;

    /// <param name="progress">The progress.</param>
    /// <param name="limit">The limit of the replay; null without one.</param>
    public static string Of(ReplayProgress progress, long? limit)
    {
        long? fewer = limit - progress.Replayed < progress.Total - progress.Seen ? limit - progress.Replayed : null;
        TimeSpan? left = fewer is { } messages && progress.PerSecond > 0 ? TimeSpan.FromSeconds(messages / progress.PerSecond) : progress.Remaining;
        return $"{Format.Count(progress.Seen)} of {Format.Count(progress.Total)}: {Format.Count(progress.Replayed)} replayed, {Format.Count(progress.Kept)} kept, "
            + string.Create(
                CultureInfo.InvariantCulture, $"{Format.Count(progress.Returned)} back, {progress.PerSecond:0.#}/s{(left is { } time ? $", {Format.Span(time)} left" : "")}");
    }

    public static void Write(ReplayReport report, Screen screen)
    {
        if (screen.IsJson)
            screen.WriteJson(report);
        else
            WriteTables(report, screen);
    }

    /// <summary>Writes the report for people.</summary>
    public static void WriteTables(ReplayReport report, Screen screen)
    {
        Table outcomes = Tables.Of(Tables.Name("Outcome"), Tables.Number("Messages"));
        foreach ((ReplayOutcome outcome, long messages) in report.Outcomes.OrderBy(static outcome => outcome.Key))
            outcomes.Add(Format.Words(outcome), Format.Count(messages));
        outcomes.Add("not meant", Format.Count(report.NotSelected));
        screen.Write(outcomes);
        if (report.Targets.Count > 0)
        {
            Table targets = Tables.Of(Tables.Name(report.DryRun ? "Would go to" : "Went to"), Tables.Number("Messages"));
            foreach ((string target, long messages) in report.Targets.OrderByDescending(static target => target.Value))
                targets.Add(target, Format.Count(messages));
            screen.Write(targets);
        }

        WriteKept(report, screen);
        if (!report.DryRun)
        {
            screen.Write(Tables.Facts(
                ("came back", report.ReturnWatch switch
                {
                    ReturnWatch.None => "not watched for (--batches does)",
                    ReturnWatch.Growth => $"{Format.Count(report.Returned)} at most, by the growth of the queue",
                    _ => Format.Count(report.Returned),
                }),
                ("may be in both queues", Format.Count(report.PossibleDuplicates)),
                ("ended", Format.Words(report.Stop)),
                ("took", Format.Span(report.Took)),
                ("name of the replay", report.Run)));
        }

        if (report.Problem is { } problem && report.Stop != ReplayStop.Cancelled)
            screen.Note($"{(report.DryRun ? "Not all was looked at" : "Stopped")}: {problem}");
        foreach (string warning in report.Warnings)
            screen.Note($"warning: {warning}");
    }

    private static void WriteKept(ReplayReport report, Screen screen)
    {
        ReplayedMessage[] kept = [.. report.Messages
            .Where(static message => message.Outcome is not (ReplayOutcome.Replayed or ReplayOutcome.WouldReplay))];
        if (kept.Length == 0)
            return;
        Table table = Tables.Of(Tables.Name("Kept"), Tables.Name("Outcome"), Tables.Column("Target"), Tables.Column("Because"));
        foreach (ReplayedMessage message in kept.Take(MessagesShown))
            table.Add(message.Id, Format.Words(message.Outcome), message.Target ?? Format.Nothing, message.Detail ?? Format.Nothing);
        screen.Write(table);
        if (kept.Length > MessagesShown)
            screen.WriteLine($"{Format.Messages(kept.Length - MessagesShown)} more kept; --json names up to 1,000 of them.");
    }
}
