using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to know about the queues that get the messages.</summary>
internal sealed class TargetWarnings(ManagementApi? management)
{
    public async Task<IReadOnlyList<string>> AboutAsync(IReadOnlyCollection<QueueDeclareOk> targets, CancellationToken cancellationToken)
    {
        List<string> warnings = [];
        foreach (QueueDeclareOk target in targets)
        {
            if (target.ConsumerCount == 0)
                warnings.Add($"Nobody consumes '{target.QueueName}' at the moment.");
            if (management is not null
                && (await management.QueueAsync(target.QueueName, cancellationToken).ConfigureAwait(false)).Value is { } queue
                && (queue.HasLimit("max-length") || queue.HasLimit("max-length-bytes"))
                && queue.TextOf("overflow") is null or "drop-head")
            {
                warnings.Add($"'{target.QueueName}' has a maximum length and drops its oldest messages when it is full.");
            }
        }

        return warnings;
    }
}
