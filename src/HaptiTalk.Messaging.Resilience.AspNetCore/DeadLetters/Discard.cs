using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a discard out: writes the file, removes the messages, and notes what became of it.</summary>
internal sealed class Discard(IDeadLetterReplayer replayer, DiscardExports exports, DeadLetterAudit audit, string who)
{
    public async Task<IResult> RunAsync(DiscardOrder order, CancellationToken cancellationToken)
    {
        if (order.Request.WithoutExport)
            return await RunAsync(order, file: null, cancellationToken).ConfigureAwait(false);

        ExportFile file;
        try
        {
            file = exports.Create(order.Request.Queue);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Refused(order, failure);
        }

        await using (file.ConfigureAwait(false))
            return await RunAsync(order, file, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IResult> RunAsync(DiscardOrder order, ExportFile? file, CancellationToken cancellationToken)
    {
        string? name = file is null ? null : Path.GetFileName(file.Name);
        string kept = name is null ? "without an export" : $"exported to {name}";
        try
        {
            DiscardReport report = await replayer.DiscardAsync(order.Request with { Export = file }, cancellationToken).ConfigureAwait(false);
            if (report.Problem is { } refused)
            {
                Delete(file);
                return Problems.Of(StatusCodes.Status409Conflict, refused);
            }

            Note(order, string.Create(CultureInfo.InvariantCulture, $"{report.Discarded} discarded, {kept}"));
            return DeadLetterJson.Answer(new DiscardView(report.Queue, report.Discarded, report.Exported, name));
        }
        catch (Exception) when (file?.Refusal is not null)
        {
            Delete(file);
            return Refused(order, file.Refusal);
        }
        catch (Exception failure) when (MayBeGone(failure, file))
        {
            Note(order, $"it failed, and they may be gone; {kept}");
            return FailureAnswer.To(failure, $"Look whether the messages are still there; {kept}.");
        }
        catch
        {
            Delete(file);
            throw;
        }
    }

    // All of it is on the disk before anything is removed.
    private IResult Refused(DiscardOrder order, Exception failure)
    {
        string problem = exports.Explain(failure);
        Note(order, $"nothing was removed: {OneLine.Of(problem, ReportText.Longest)}");
        return ExportFile.Refused(problem);
    }

    private void Note(DiscardOrder order, string after) =>
        audit.Note(who, DeadLetterAudit.Discard, order.Request.Queue, SelectionText.Of(order.Request.Select), after, order.Reason);

    // The file may have the only copy, unless it is certain that nothing was removed.
    private static bool MayBeGone(Exception failure, ExportFile? file) => failure switch
    {
        PeekRefusedException => false,
        ArgumentException or DeadLetterAccessException { Error: not DeadLetterError.Broker } => file is { Length: > 0 },
        _ => file is not { Length: 0 },
    };

    private static void Delete(ExportFile? file)
    {
        if (file is not null)
            File.Delete(file.Name);
    }
}
