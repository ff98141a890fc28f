using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>One outage under one kind of protection.</summary>
internal sealed class VariantRun(Variant variant, OutageScenario scenario, VirtualHost virtualHost, Func<string, Task> progress)
{
    private const string Queue = "numbered-events";
    private const string ErrorQueue = $"{Queue}_error";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // Longer than any of the pauses that a protection may be in when the outage ends.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly FailingConsumer _consumer = new();

    public async Task<VariantResult> RunAsync(CancellationToken cancellationToken)
    {
        await using QueueReader queues = await QueueReader.ConnectAsync(virtualHost.Address, cancellationToken);
        using IHost host = BuildHost();
        await host.StartAsync(cancellationToken);
        try
        {
            await PublishAsync(host.Services.GetRequiredService<IBus>(), cancellationToken);
            // Where everything has failed already, the rest of the outage shows nothing more.
            await UntilAsync(async () => await FailedAsync() >= scenario.Events, scenario.Outage, cancellationToken);
            await progress($"  healed; in _error {await FailedAsync()}, failed runs {_consumer.FailedRuns}");
            int failedRuns = _consumer.FailedRuns;
            long healedAt = Stopwatch.GetTimestamp();
            _consumer.Heal();
            await UntilAsync(async () => await FailedAsync() + _consumer.Consumed.Count >= scenario.Events, Patience, cancellationToken);
            return await ResultAsync(queues, failedRuns, healedAt, cancellationToken);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        Task<uint> FailedAsync() => queues.CountAsync(ErrorQueue, cancellationToken);
    }

    private async Task<VariantResult> ResultAsync(QueueReader queues, int failedRuns, long healedAt, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> failed = await queues.TakeNumbersAsync(ErrorQueue, cancellationToken);
        int accounted = failed.Concat(_consumer.Consumed.Keys).Distinct().Count();
        return new(
            variant.Name,
            failed.Count,
            _consumer.Consumed.Count,
            Lost: scenario.Events - accounted,
            Waiting: (int)await queues.CountAsync(Queue, cancellationToken),
            ConsumedTwice: _consumer.Consumed.Values.Count(static times => times > 1),
            Drained: _consumer.LastConsumedAt > healedAt ? Stopwatch.GetElapsedTime(healedAt, _consumer.LastConsumedAt) : null,
            failedRuns);
    }

    private Task PublishAsync(IBus bus, CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(1, scenario.Events).Select(number => bus.Publish(new NumberedEvent(number), cancellationToken)));

    private static async Task UntilAsync(Func<Task<bool>> isReached, TimeSpan patience, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < patience && !await isReached())
            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
    }

    private IHost BuildHost()
    {
        // A name of its own, so that neither environment's overlay applies: the settings are the plain defaults.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(virtualHost.Address);
                variant.Protect(context, rabbit);
                rabbit.ReceiveEndpoint(Queue, endpoint =>
                {
                    endpoint.ConcurrentMessageLimit = scenario.Concurrency;
                    endpoint.Handler<NumberedEvent>(_consumer.ConsumeAsync);
                });
            });
        });
        return builder.Build();
    }
}
