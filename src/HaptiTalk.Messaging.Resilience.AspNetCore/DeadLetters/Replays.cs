using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The replays of this host: those that run, and the last that have ended. They end with the host, which waits for them.</summary>
internal sealed class Replays(BusyQueues busy, DeadLetterAudit audit, TimeProvider clock)
{
    public const int MostAtOnce = 4;
    public const int MostKept = 50;

    private readonly Lock _gate = new();
    private readonly List<Replay> _replays = [];

    /// <param name="withContents">Whether it may be said which messages are meant.</param>
    public IReadOnlyList<ReplayView> NewestFirst(bool withContents)
    {
        lock (_gate)
            return [.. _replays.AsEnumerable().Reverse().Select(replay => replay.View(withContents))];
    }

    public Replay? Find(string id)
    {
        lock (_gate)
            return _replays.Find(replay => string.Equals(replay.Id, id, StringComparison.OrdinalIgnoreCase));
    }

    /// <returns>The answer for somebody who has to wait; null when the replay has begun.</returns>
    /// <exception cref="ArgumentException">The request is not valid; nothing has begun.</exception>
    public IResult? Begin(Replay replay, IDeadLetterReplayer replayer, IOngoingReplays ongoing)
    {
        string queue = replay.Request.Queue;
        lock (_gate)
        {
            if (_replays.Count(static known => !known.HasEnded) >= MostAtOnce)
                return Problems.Of(StatusCodes.Status503ServiceUnavailable, $"{MostAtOnce} replays run already. Wait for one, or stop one. Nothing has changed.");
            if (busy.Take(queue, $"replay {replay.Id} by {replay.Who}") is { } taken)
                return taken;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(ongoing.Stopping);
            try
            {
                replay.Begin(stop);
                Task<ReplayReport> running = replayer.ReplayAsync(replay.Request, replay, stop.Token);
                audit.Note(replay.Who, DeadLetterAudit.Begun, queue, SelectionText.Of(replay.Request.Select), $"replay {replay.Id} begins{Manner(replay.Request)}", replay.Reason);
                ongoing.Track(FollowAsync(replay, running, stop));
            }
            catch
            {
                stop.Dispose();
                busy.Release(queue);
                throw;
            }

            Keep(replay);
            return null;
        }
    }

    public async Task<bool> StopAsync(Replay replay, string who, string? reason)
    {
        if (!await replay.StopAsync().ConfigureAwait(false))
            return false;
        audit.Note(who, "stop replay", replay.Request.Queue, $"replay {replay.Id} by {replay.Who}", "stopping", reason);
        return true;
    }

    private async Task FollowAsync(Replay replay, Task<ReplayReport> running, CancellationTokenSource stop)
    {
        ReplayReport? report = null;
        string? problem = null;
        try
        {
            report = await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            problem = "It was stopped before anything was replayed.";
        }
        catch (Exception failure)
        {
            // Nobody awaits this task. The state and the log show the failure.
            problem = failure.Message;
            audit.NoteFailure(failure, replay.Id, replay.Request.Queue);
        }

        try
        {
            audit.Note(replay.Who, "replay ended", replay.Request.Queue, $"replay {replay.Id}", OneLine.Of(problem ?? ReportText.Of(report!), ReportText.Longest), replay.Reason);
        }
        finally
        {
            busy.Release(replay.Request.Queue);
            replay.End(clock.GetUtcNow(), report, problem);
            stop.Dispose();
        }
    }

    private void Keep(Replay replay)
    {
        _replays.Add(replay);
        if (_replays.Count > MostKept && _replays.Find(static known => known.HasEnded) is { } oldest)
            _replays.Remove(oldest);
    }

    private static string Manner(ReplayRequest request)
    {
        string target = request.Target is { } queue ? $" to '{OneLine.Of(queue, byte.MaxValue)}'" : "";
        string rate = request.RatePerSecond is { } perSecond ? string.Create(CultureInfo.InvariantCulture, $", {perSecond} a second") : "";
        return target + rate + (request.Batches is null ? "" : ", in batches");
    }
}
