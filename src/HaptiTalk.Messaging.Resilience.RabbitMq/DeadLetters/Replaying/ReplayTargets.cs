using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where a dead letter came from, and whether that is still there.</summary>
internal sealed class ReplayTargets(BrokerSession session, string queue, string? given)
{
    private readonly Dictionary<string, QueueDeclareOk?> _known = new(StringComparer.Ordinal);
    private readonly string? _byName = WithoutSuffix(queue);
    private byte[] _lastAddress = [];
    private string? _lastTarget;

    /// <summary>Those that were asked about and are there, as they were then.</summary>
    public IReadOnlyCollection<QueueDeclareOk> Found => [.. _known.Values.OfType<QueueDeclareOk>()];

    public string? Of(IDictionary<string, object?>? headers)
    {
        if (given is not null)
            return given;
        if (headers is null)
            return _byName;
        if (headers.TryGetValue(HeaderName.InputAddress, out object? value) && value is byte[] address)
        {
            // They all come from the same queue, as a rule.
            if (!address.AsSpan().SequenceEqual(_lastAddress))
            {
                _lastTarget = DeadLetterReading.QueueOf(Encoding.UTF8.GetString(address));
                _lastAddress = address;
            }

            if (_lastTarget is not null)
                return _lastTarget;
        }

        return headers.ContainsKey(HeaderName.Deaths) && DeadLetterReading.DeathsOf(headers) is [{ Queue.Length: > 0 } death, ..]
            ? death.Queue
            : _byName;
    }

    public ValueTask<bool> ExistsAsync(string target, CancellationToken cancellationToken) =>
        _known.TryGetValue(target, out QueueDeclareOk? known) ? new(known is not null) : AskAsync(target, cancellationToken);

    private async ValueTask<bool> AskAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            return (_known[target] = await session.DeclarePassivelyAsync(target, cancellationToken).ConfigureAwait(false)) is not null;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            // Who may not know finds out by what the broker returns.
            _known[target] = new(target, 0, consumerCount: 1);
            return true;
        }
    }

    private static string? WithoutSuffix(string queue)
    {
        foreach (string suffix in (string[])[DeadLetterSources.ErrorSuffix, DeadLetterSources.SkippedSuffix])
        {
            if (queue.Length > suffix.Length && queue.EndsWith(suffix, StringComparison.Ordinal))
                return queue[..^suffix.Length];
        }

        return null;
    }
}
