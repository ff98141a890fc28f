using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>What the framework writes to the log, at every level, while everything goes wrong that it writes about.</summary>
public sealed class SecretLogTests(BrokerFixture broker) : IDisposable
{
    private readonly string _body = $"body-{Guid.NewGuid():N}";
    private readonly RecordedLines _log = new();
    private int _calls;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_AtEveryLevel_HoldsNoMessageAndNoPassword()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using BrokerUser user = await BrokerUser.CreateAsync(broker, host, Token);
        var resumed = new TaskCompletionSource();
        await using RabbitBus bus = await StartAsync(user.Address, resumed);
        await bus.Bus.Publish(new Ask(_body), Token);
        await bus.DeliveredAsync("ask");
        await bus.Bus.Publish(new Ask(_body), Token);
        await resumed.Task.WaitAsync(Token);
        await bus.DeliveredAsync("ask", 3);
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Client), "somebody");
        await Should.ThrowAsync<CircuitOpenRejectedException>(bus.Client<Ask>().GetResponse<Answer>(new Ask(_body), Token));
        await bus.StopAsync();

        string[] lines = _log.All;
        foreach (string written in new[] { "repeat 1 follows", "opened:", "pauses:", "takes messages again after", "somebody changed", "Fallback 'ask'", "to Closed" })
            lines.ShouldContain(line => line.Contains(written, StringComparison.Ordinal), written);
        foreach (string secret in new[] { _body, user.Password, user.Name })
            lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal));
    }

    public void Dispose() => _log.Dispose();

    private Task<RabbitBus> StartAsync(Uri address, TaskCompletionSource resumed) => RabbitBus.StartAsync(
        address,
        (_, rabbit) => rabbit.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(ConsumeAsync)),
        Settings.Of(
            "user:Retry:MaxRetries=1",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=1",
            "user:CircuitBreaker:HoldLimit=00:00:01",
            "user:CircuitBreaker:ResetTimeout=00:00:03"),
        resilience: builder =>
        {
            builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
            builder.AddFallback<Ask, Answer>(static (_, _) => throw new IOException("no stand-in"), ResilienceSide.Client);
            builder.OnEvent<EndpointResumed>((_, _) =>
            {
                resumed.TrySetResult();
                return ValueTask.CompletedTask;
            });
        });

    // The two attempts at the first message.
    private Task ConsumeAsync(ConsumeContext<Ask> context) =>
        Interlocked.Increment(ref _calls) <= 2 ? throw new InvalidOperationException("broken") : Task.CompletedTask;

    private sealed class RecordedLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string[] All => [.. _lines];

        // MassTransit's own categories are MassTransit's.
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("HaptiTalk", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
