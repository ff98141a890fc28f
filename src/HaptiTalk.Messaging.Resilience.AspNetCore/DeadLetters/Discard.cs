using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a discard out: writes the file, removes the messages, and notes what became of it.</summary>
internal sealed class Discard(IDeadLetterReplayer replayer, DiscardExports exports, DeadLetterAudit audit, string who)
{
    public async Task<IResult> RunAsync(DiscardOrder order, CancellationToken cancellationToken)
    {
        if (order.Request.WithoutExport)
            return await RunAsync(order, file: null, cancellationToken).ConfigureAwait(false);

        FileStream file;
        try
        {
            file = exports.Create(order.Request.Queue);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Problems.Of(StatusCodes.Status500InternalServerError, $"The export could not be written: {failure.Message} Nothing was removed.");
        }

        await using (file.ConfigureAwait(false))
            return await RunAsync(order, file, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IResult> RunAsync(DiscardOrder order, FileStream? file, CancellationToken cancellationToken)
    {
        string? name = file is null ? null : Path.GetFileName(file.Name);
        string kept = name is null ? "without an export" : $"exported to {name}";
        bool isKept = false;
        try
        {
            DiscardReport report = await replayer.DiscardAsync(order.Request with { Export = file }, cancellationToken).ConfigureAwait(false);
            if (report.Problem is { } refused)
                return Problems.Of(StatusCodes.Status409Conflict, refused);
            isKept = true;
            Note($"{report.Discarded} discarded, {kept}");
            return DeadLetterJson.Answer(new DiscardView(report.Queue, report.Discarded, report.Exported, name));
        }
        catch (DeadLetterAccessException lost) when (lost.Trouble == DeadLetterTrouble.Broker && file?.Length != 0)
        {
            // It may have been lost after they were removed: what was written may be all there is.
            isKept = true;
            Note($"the broker was lost, and they may be gone; {kept}");
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, $"{lost.Message}. Look whether they are still there; {kept}.");
        }
        finally
        {
            if (file is not null && !isKept)
                File.Delete(file.Name);
        }

        void Note(string after) => audit.Note(who, "discard", order.Request.Queue, SelectionText.Of(order.Request.Select), after, order.Reason);
    }
}
