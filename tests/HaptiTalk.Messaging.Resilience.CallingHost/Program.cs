using System.Globalization;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// CallingHost BROKER CALLS-PER-SECOND
// Says "ready" when it calls, and for every line that it is given how many calls were answered, how many timed out and how often the
// circuit opened. It ends when its standard input does, so that it does not outlive the test.
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Logging.ClearProviders();
builder.Configuration.AddInMemoryCollection(Settings.Of(
    "user:Timeout:DefaultTimeout=00:00:01",
    "user:Retry:MaxRetries=0",
    "user:Bulkhead:MaxConcurrentCalls=100000",
    // On a busy machine it may open before all is compiled.
    "user:CircuitBreaker:ResetTimeout=00:00:01"));
Load? load = null;
builder.Services.AddMessagingResilience(builder.Configuration).OnEvent<CircuitBreakerOpened>((_, _) =>
{
    load?.Opened();
    return ValueTask.CompletedTask;
});
builder.Services.AddOptions<MassTransitHostOptions>().Configure(static options => options.WaitUntilStarted = true);
builder.Services.AddMassTransit(bus =>
{
    bus.AddMessagingResilience();
    bus.UsingRabbitMq((_, rabbit) => rabbit.Host(new Uri(args[0])));
});

using IHost host = builder.Build();
await host.StartAsync();
await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
load = new(scope.ServiceProvider.GetRequiredService<IRequestClient<Ask>>(), int.Parse(args[1], CultureInfo.InvariantCulture));
using var end = new CancellationTokenSource();
Task calling = load.RunAsync(end.Token);
await Console.Out.WriteLineAsync("ready");
while (await Console.In.ReadLineAsync() is not null)
    await Console.Out.WriteLineAsync(load.ToString());
await end.CancelAsync();
await ((Task)calling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
