using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A logger that throws keeps no queue busy and no replay running.</summary>
public sealed class ThrowingLogTests(BrokerFixture fixture)
{
    [Theory]
    [InlineData("user_error", "ended")]
    [InlineData("none_error", "failed")]
    public async Task Post_ReplayThatNobodyCanLog_Ends(string queue, string state)
    {
        await using DeadLetterApplication host = await StartAsync();
        await host.Broker.FillAsync(messages: 2);

        Answer end = await host.EndAsync(await host.ReplayAsync(queue));

        end.Json["state"]!.GetValue<string>().ShouldBe(state);
        await host.EndAsync(await host.ReplayAsync(queue));
        (await host.Application.GetJsonAsync("/resilience/audit")).AsArray().Count.ShouldBe(4);
        (await host.Broker.CountAsync("user")).ShouldBe(state == "ended" ? 2u : 0u);
        await host.Application.StopAsync();
    }

    [Fact]
    public async Task Post_DiscardThatNobodyCanLog_IsDoneOnceAndSaysSo()
    {
        await using DeadLetterApplication host = await StartAsync();
        await host.Broker.FillAsync(messages: 2);

        (await host.PostAsync("/user_error/discards", """{"ids":["message-1"],"expectedCount":1,"withoutExport":true}""")).ShouldBeOk();
        (await host.PostAsync("/user_error/messages/message-2/replay", """{"headers":{"a":"b"}}""")).ShouldBeOk();

        (await host.Broker.CountAsync("user_error")).ShouldBe(0u);
        (await host.GetAsync("/user_error/summary")).Json["depth"]!.GetValue<long>().ShouldBe(0);
    }

    private Task<DeadLetterApplication> StartAsync() =>
        DeadLetterApplication.StartAsync(fixture, more: services => services.AddLogging(logging => logging.AddProvider(new ThrowingLog())));

    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                throw new IOException($"The log is full: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
