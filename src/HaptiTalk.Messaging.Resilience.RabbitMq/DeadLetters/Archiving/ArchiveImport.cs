using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Brings lines back, some at once, each confirmed.</summary>
internal sealed class ArchiveImport(BrokerSession session, ImportRequest request, DeadLetterAccess broker, int atOnce)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public async Task<ImportReport> RunAsync(TextReader reader, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ImportChannel channel = await ImportChannel.OpenAsync(session, atOnce, cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            long line = 0;
            long settled = request.SkipLines;
            long imported = 0;
            int waiting = 0;
            string? problem = null;
            long reported = broker.Time.GetTimestamp();
            while (problem is null && await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } text)
            {
                if (++line <= request.SkipLines)
                    continue;
                if (text.Length > 0)
                {
                    problem = await PublishAsync(channel, text, cancellationToken).ConfigureAwait(false) is { } wrong ? string.Create(
                        CultureInfo.InvariantCulture, $"line {line}: {wrong}") : null;
                    waiting += problem is null ? 1 : 0;
                }

                if (waiting < atOnce && problem is null)
                    continue;
                (problem, imported, settled, waiting) = await SettleAsync(problem, line - (problem is null ? 0 : 1)).ConfigureAwait(false);
                if (broker.Time.GetElapsedTime(reported) > TimeSpan.FromMilliseconds(500))
                {
                    progress?.Report(imported);
                    reported = broker.Time.GetTimestamp();
                }
            }

            (problem, imported, settled, _) = await SettleAsync(problem, problem is null ? line : settled).ConfigureAwait(false);
            progress?.Report(imported);
            return new(imported, settled, problem);

            async Task<(string? Problem, long Imported, long Settled, int Waiting)> SettleAsync(string? sofar, long upTo)
            {
                if (waiting == 0)
                    return (sofar, imported, Math.Max(settled, upTo), 0);
                string? failed = await channel.ConfirmAsync(broker.AnswerTimeout, broker.Time, cancellationToken).ConfigureAwait(false);
                return failed is null
                    ? (sofar, imported + waiting, upTo, 0)
                    : (string.Create(
                        CultureInfo.InvariantCulture, $"lines {settled + 1} to {upTo}: {failed}; some of them may be in"), imported, settled, 0);
            }
        }
    }

    private async Task<string?> PublishAsync(ImportChannel channel, string text, CancellationToken cancellationToken)
    {
        ArchivedMessage message;
        try
        {
            message = ArchivedMessage.Read(text);
        }
        catch (FormatException broken)
        {
            return $"not a line of an export: {broken.Message}";
        }

        string queue = request.Queue ?? message.Queue;
        if (QueueName.Problem(queue) is { } wrong)
            return wrong;
        if (_known.Add(queue) && await session.CountAsync(queue, cancellationToken).ConfigureAwait(false) is null)
            return $"there is no queue '{queue}'";
        return await channel.PublishAsync(queue, message, cancellationToken).ConfigureAwait(false);
    }
}
