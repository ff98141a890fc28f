using System.Globalization;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// HoldingHost BROKER QUEUE PREFETCH classic|quorum
// Says "ready" when it consumes, "open" when its first event has opened the breaker, and "held" when it holds as many as it may.
// It ends when its standard input does, so that it does not outlive the test.
var broker = new Uri(args[0]);
string queue = args[1];
ushort prefetch = ushort.Parse(args[2], CultureInfo.InvariantCulture);
bool quorum = args[3] == "quorum";

HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Logging.ClearProviders();
builder.Configuration.AddInMemoryCollection(Settings.Of(
    "user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=10:00:00"));
builder.Services.AddMessagingResilience(builder.Configuration);
builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
builder.Services.AddMassTransit(bus =>
{
    bus.AddMessagingResilience();
    bus.UsingRabbitMq((context, rabbit) =>
    {
        rabbit.Host(broker);
        rabbit.UseMessagingResilience(context);
        rabbit.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.PrefetchCount = prefetch;
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(static _ => throw new InvalidOperationException("broken"));
        });
    });
});

using IHost host = builder.Build();
var deliveries = new Deliveries();
host.Services.GetRequiredService<IBus>().ConnectReceiveObserver(deliveries);
await host.StartAsync();
await Console.Out.WriteLineAsync("ready");
await deliveries.EndedAsync(queue, 1, CancellationToken.None);
await Console.Out.WriteLineAsync("open");
await deliveries.BegunAsync(queue, 1 + prefetch, CancellationToken.None);
await Console.Out.WriteLineAsync("held");
await Console.In.ReadToEndAsync();
