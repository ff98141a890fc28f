using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Where a dead letter goes, and whether that is there. Anybody who sends to a queue writes what headers he likes: a queue that only
/// they name is shown, and not sent to. What is believed is the queue's own name, and the broker's word for which queues' dead letters
/// come here.
/// </summary>
internal sealed class ReplayTargets(BrokerSession session, ManagementApi? management, ReplayRequest request)
{
    private readonly Dictionary<string, QueueDeclareOk?> _known = new(StringComparer.Ordinal);
    private readonly string? _byName = WithoutSuffix(request.Queue);
    private HashSet<string>? _sources;
    private byte[] _lastAddress = [];
    private string? _lastNamed;

    /// <summary>Those that were asked about and are there, as they were then.</summary>
    public IReadOnlyCollection<QueueDeclareOk> Found => [.. _known.Values.OfType<QueueDeclareOk>()];

    public async ValueTask<ReplayTarget> OfAsync(IDictionary<string, object?>? headers, CancellationToken cancellationToken)
    {
        if (request.Target is { } given)
            return new(given);
        if (headers is null)
            return new(_byName);
        string? address = NamedIn(headers);
        string? death = headers.ContainsKey(HeaderName.Deaths) && DeadLetterReading.DeathsOf(headers) is [{ Queue.Length: > 0 } last, ..] ? last.Queue : null;
        if (request.TrustHeaders)
            return Of(address ?? death ?? _byName, doubt: null);
        if (death is not null && (_sources ??= await FindSourcesAsync(cancellationToken).ConfigureAwait(false)).Contains(death))
            return Of(death, doubt: null);
        // Into an error queue MassTransit writes its own address over a sender's; what it skipped keeps the sender's.
        if (_byName is not null && (address is null || address == _byName || request.Queue.EndsWith(DeadLetterSources.SkippedSuffix, StringComparison.Ordinal)))
            return new(_byName);
        return (address ?? death) is { } claimed
            ? Of(claimed, $"only its headers say that it came from '{ShortText.Of(claimed)}', and its sender may have written them: name it as the target if that is right")
            : default;
    }

    public ValueTask<bool> ExistsAsync(string target, CancellationToken cancellationToken) =>
        _known.TryGetValue(target, out QueueDeclareOk? known) ? new(known is not null)
            : QueueName.Problem(target) is not null ? new(false)
            : AskAsync(target, cancellationToken);

    private ReplayTarget Of(string? queue, string? doubt) =>
        queue == request.Queue ? new(null, "its headers name the very queue that it is in: name a target") : new(queue, doubt);

    private string? NamedIn(IDictionary<string, object?> headers)
    {
        if (!headers.TryGetValue(HeaderName.InputAddress, out object? value) || value is not byte[] address)
            return null;
        // They all come from the same queue, as a rule.
        if (!address.AsSpan().SequenceEqual(_lastAddress))
        {
            _lastNamed = DeadLetterReading.QueueOf(Encoding.UTF8.GetString(address));
            _lastAddress = address;
        }

        return _lastNamed;
    }

    // A death that a sender has made up can name none but these.
    private async Task<HashSet<string>> FindSourcesAsync(CancellationToken cancellationToken) =>
        management is not null
        && (await management.QueuesAsync(cancellationToken).ConfigureAwait(false)).Value is { } queues
        && (await new DeadLetterSources(management).FindAsync(queues, cancellationToken).ConfigureAwait(false)).TryGetValue(request.Queue, out HashSet<string>? sources)
            ? sources
            : [];

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

/// <summary>Where a message goes.</summary>
/// <param name="Queue">The queue; null when nothing says.</param>
/// <param name="Doubt">Why it does not go there before somebody has confirmed it; null when it does.</param>
internal readonly record struct ReplayTarget(string? Queue, string? Doubt = null);
