using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Kills;

/// <summary><c>kills</c>: many publish while the broker is killed and started again; what was reported as sent is counted by its number.</summary>
internal static class KillsCommand
{
    private const string Queue = "numbered-messages";
    private const int Publishers = 64;
    private const int Kills = 3;
    private const int SomethingLost = 1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> messages = new("--messages") { Description = "Publishes that return.", DefaultValueFactory = static _ => 100_000 };
        messages.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--messages must be at least 1.");
        });
        var command = new Command("kills", "Publishes through three kills of the broker: what was reported as sent, and what arrived.") { broker, messages };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(broker), parsed.GetValue(messages), results, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? choice, int messages, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync(broker.Description);
        await using VirtualHost virtualHost = await broker.CreateVirtualHostAsync(cancellationToken);
        var arrived = new ConcurrentDictionary<int, int>();
        using IHost host = BuildHost(virtualHost.Address, arrived);
        await host.StartAsync(cancellationToken);
        var sent = new ConcurrentDictionary<int, bool>();
        int tried = 0;
        Task publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(_ => Task.Run(PublishAsync, cancellationToken)));
        for (int kill = 1; kill <= Kills; kill++)
        {
            while (sent.Count < messages * kill / (Kills + 1))
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            await Progress.WriteAsync($"{sent.Count} sent; kill {kill}");
            await broker.KillAsync(cancellationToken);
            await broker.StartAsync(cancellationToken);
        }

        await publishing;
        for (int before = -1; before != arrived.Count;)
        {
            before = arrived.Count;
            await Progress.WriteAsync($"{before} of {sent.Count} arrived");
            await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        }

        int lost = sent.Keys.Count(number => !arrived.ContainsKey(number));
        await results.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Reported as sent: {sent.Count} of {tried} tried. Lost: {lost}. Consumed more than once: {arrived.Values.Count(static times => times > 1)}. "
            + $"Consumed though reported as failed: {arrived.Keys.Count(number => !sent.ContainsKey(number))}."));
        await host.StopAsync(CancellationToken.None);
        return lost == 0 ? 0 : SomethingLost;

        async Task PublishAsync()
        {
            await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
            var publisher = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
            while (sent.Count < messages)
            {
                int number = Interlocked.Increment(ref tried);
                try
                {
                    await publisher.Publish(new NumberedMessage(number), cancellationToken);
                    sent[number] = true;
                }
                catch (RejectedException)
                {
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }
                catch (Exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // The caller was told; nothing is promised of this one.
                }
            }
        }
    }

    private static IHost BuildHost(Uri address, ConcurrentDictionary<int, int> arrived)
    {
        // A name of its own, so that neither environment's overlay applies: the settings are the plain defaults.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Benchmark" });
        builder.Logging.ClearProviders();
        builder.Configuration["Resilience:Defaults:Bulkhead:MaxConcurrentCalls"] = Publishers.ToString(CultureInfo.InvariantCulture);
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingRabbitMq((_, rabbit) =>
            {
                rabbit.Host(address);
                rabbit.ReceiveEndpoint(Queue, endpoint => endpoint.Handler<NumberedMessage>(context =>
                {
                    arrived.AddOrUpdate(context.Message.Number, 1, static (_, times) => times + 1);
                    return Task.CompletedTask;
                }));
            });
        });
        return builder.Build();
    }
}
