using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>One fault under one kind of protection: calls before, while the broker is away, and after.</summary>
internal sealed class MatrixRun(Fault fault, Subject subject, BrokerFixture broker, TimeSpan outage)
{
    public static readonly TimeSpan RecoveryPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Answering _answering = new();
    private int _number;

    public async Task<MatrixRow> RunAsync(CancellationToken cancellationToken)
    {
        await using VirtualHost virtualHost = await broker.CreateVirtualHostAsync(cancellationToken);
        await using NetworkLink network = NetworkLink.To(virtualHost.Address);
        var site = new FaultSite(broker, network);
        using IHost called = BuildHost(virtualHost.Address, answers: true);
        using IHost calling = BuildHost(network.Address, answers: false);
        await called.StartAsync(cancellationToken);
        if (fault.IsBeforeStart)
            await fault.BeginAsync(site, cancellationToken);
        await calling.StartAsync(cancellationToken);
        await using AsyncServiceScope scope = calling.Services.CreateAsyncScope();
        var load = new SteadyLoad(scope.ServiceProvider, () => Interlocked.Increment(ref _number));
        if (!fault.IsBeforeStart)
        {
            await FirstGoodAsync(scope.ServiceProvider);
            await load.BurstAsync(subject.AskAsync);
            await fault.BeginAsync(site, cancellationToken);
        }

        // All while the broker is away, the burst in its first moment.
        Task<EndedCall[]> burst = load.BurstAsync(subject.AskAsync);
        Task over = EndAsync(site, cancellationToken);
        Task<EndedCall[]> requests = load.RunAsync(subject.AskAsync, over);
        Task<EndedCall[]> publishes = load.RunAsync(subject.PublishAsync, over);
        Task<EndedCall[]> sends = load.RunAsync(subject.SendAsync, over);
        await over;
        TimeSpan? firstGood = await FirstGoodAsync(scope.ServiceProvider);
        var row = new MatrixRow(fault.Name, subject, await requests, await publishes, await sends, await burst, firstGood, 0, 0, 0, 0);
        row = await CountAsync(row, cancellationToken);
        await calling.StopAsync(CancellationToken.None);
        await called.StopAsync(CancellationToken.None);
        return row;
    }

    private async Task EndAsync(FaultSite site, CancellationToken cancellationToken)
    {
        if (!fault.IsBrief)
            await Task.Delay(outage, TimeProvider.System, cancellationToken);
        await fault.EndAsync(site, cancellationToken);
    }

    // A call begins every tenth of a second: one that is stuck does not keep the next from succeeding.
    private async Task<TimeSpan?> FirstGoodAsync(IServiceProvider services)
    {
        long start = Stopwatch.GetTimestamp();
        var good = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!good.Task.IsCompleted && Stopwatch.GetElapsedTime(start) < RecoveryPatience)
        {
            _ = TryAsync();
            await good.Task.WaitAsync(Step).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return good.Task.IsCompleted ? Stopwatch.GetElapsedTime(start) : null;

        async Task TryAsync()
        {
            if ((await EndedCall.OfAsync(subject.AskAsync, services, Interlocked.Increment(ref _number))).Succeeded)
                good.TrySetResult();
        }
    }

    private async Task<MatrixRow> CountAsync(MatrixRow row, CancellationToken cancellationToken)
    {
        for (int arrived = -1; arrived != _answering.Arrived.Count;)
        {
            arrived = _answering.Arrived.Count;
            await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        }

        EndedCall[] messages = [.. row.Publishes, .. row.Sends];
        return row with
        {
            Confirmed = messages.Count(static message => message.Succeeded),
            Lost = messages.Count(message => message.Succeeded && !_answering.Arrived.ContainsKey(message.Number)),
            Duplicated = _answering.Arrived.Values.Count(static times => times > 1),
            ArrivedUnconfirmed = messages.Count(message => !message.Succeeded && _answering.Arrived.ContainsKey(message.Number)),
        };
    }

    private IHost BuildHost(Uri address, bool answers)
    {
        // A name of its own, so that neither environment's overlay applies: the settings are the plain defaults.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        subject.Configure(builder);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = answers || !fault.IsBeforeStart);
        builder.Services.AddMassTransit(bus =>
        {
            subject.Configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(address);
                subject.Configure(context, rabbit);
                if (answers)
                    _answering.Configure(rabbit);
            });
        });
        return builder.Build();
    }
}
