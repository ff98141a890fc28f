using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Looks at the queues of dead letters now and then. Depth comes from counts; age from the head of those queues that may be looked
/// into without any risk, read once and again when they have become shorter.
/// </summary>
internal sealed class DeadLetterSampler : BackgroundService
{
    private readonly IDeadLetterInspector _inspector;
    private readonly DeadLetterTelemetry _telemetry;
    private readonly DeadLetterMetricsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile IReadOnlyList<DeadLetterQueue> _queues = [];
    private bool _isFailing;

    public DeadLetterSampler(
        IDeadLetterInspector inspector, DeadLetterTelemetry telemetry, DeadLetterMetricsOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _inspector = inspector;
        _telemetry = telemetry;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger("HaptiTalk.Messaging.Resilience");
        telemetry.Observe(
            () => _queues.Where(static queue => queue.Messages is not null)
                .Select(static queue => new Measurement<long>(queue.Messages!.Value, DeadLetterTelemetry.Tag(queue.Name))),
            () => _queues.Where(static queue => queue.OldestAt is not null)
                .Select(queue => new Measurement<double>(Math.Max(0, (_time.GetUtcNow() - queue.OldestAt!.Value).TotalSeconds), DeadLetterTelemetry.Tag(queue.Name))));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_options.Interval, _time);
        do
        {
            await SampleAsync(stoppingToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        try
        {
            DeadLetterListing listing = await _inspector.ListAsync(
                new() { Queues = _options.Queues, IncludeEmpty = true, IncludeOldest = true }, cancellationToken).ConfigureAwait(false);
            Count(listing.Queues);
            _queues = listing.Queues;
            _isFailing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No number is better than one of long ago.
            _queues = [];
            if (!_isFailing)
                DeadLetterLog.NotMeasured(_logger, failure.Message, _options.Interval);
            _isFailing = true;
        }
    }

    private void Count(IReadOnlyList<DeadLetterQueue> now)
    {
        Dictionary<string, long> before = _queues.Where(static queue => queue.Messages is not null)
            .ToDictionary(static queue => queue.Name, static queue => queue.Messages!.Value, StringComparer.Ordinal);
        foreach (DeadLetterQueue queue in now)
        {
            if (queue.Messages is { } messages && before.TryGetValue(queue.Name, out long earlier) && messages > earlier)
                _telemetry.Arrived(queue.Name, messages - earlier);
        }
    }
}
