namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>Shows what a replay would do, and asks whether to do it.</summary>
internal sealed class ReplayConsent(DeadLetterRun run)
{
    /// <returns>The exit code if the replay must not run; otherwise null.</returns>
    public async Task<int?> AskAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        Question question = new(run.ToolEnvironment);
        if (!question.CanBeAsked)
        {
            run.Screen.Note("Nothing was replayed: there is no terminal to ask on. Give --yes to replay, or --dry-run for a preview.");
            return ExitCode.NotConfirmed;
        }

        string what = "what fits, unseen,";
        if (await WouldAsync(request, cancellationToken).ConfigureAwait(false) is { } would)
        {
            ReplayView.WriteTables(would, run.Screen);
            if (would.Of(ReplayOutcome.WouldReplay) == 0)
            {
                run.Screen.Note("There is nothing to replay.");
                if (would.Outcomes.Count > 0)
                    return ExitCode.SomethingStayed;
                return request.Select.Ids.Count == 1 ? ExitCode.NoSuchMessage : ExitCode.Answered;
            }

            what = Format.Messages(would.Of(ReplayOutcome.WouldReplay));
        }

        if (await question.AskAsync($"Replay {what} of '{request.Queue}'?", cancellationToken).ConfigureAwait(false))
            return null;
        run.Screen.Note("Nothing was replayed.");
        return ExitCode.NotConfirmed;
    }

    // A replay removes messages, so it is allowed on queues that cannot be read safely.
    private async Task<ReplayReport?> WouldAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await run.DeadLetters.Replayer
                .ReplayAsync(request with { DryRun = true }, progress: null, cancellationToken).ConfigureAwait(false);
        }
        catch (PeekRefusedException refused)
        {
            run.Screen.Note($"No preview is possible: {refused.Safety.Reason}.");
            return null;
        }
    }
}
