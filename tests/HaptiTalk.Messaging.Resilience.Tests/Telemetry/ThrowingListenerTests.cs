using System.Diagnostics.Metrics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who only looks on may break, but never take a place or a probe with it.</summary>
public sealed class ThrowingListenerTests
{
    [Theory]
    [InlineData("circuit_breaker_calls")]
    [InlineData("retry_attempts")]
    [InlineData("operation_timeouts")]
    [InlineData("executions")]
    [InlineData("execution_duration")]
    public async Task Execute_ListenerThrows_GivesThePlaceBack(string instrument)
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1", "Bulkhead:MaxConcurrentCalls=2", "Bulkhead:QueueCapacity=0");
        await test.RunAsync(test.Work().Answers());
        using (ThrowOn(test.Measured.Instruments[instrument]))
        {
            for (int i = 0; i < 4; i++)
            {
                Task<string> running = test.RunAsync(test.Work().Hangs());
                test.PassTimeUntil(running);
                (await Record.ExceptionAsync(() => running)).ShouldNotBeOfType<BulkheadFullRejectedException>();
            }
        }

        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_LoggerThrowsAsTheCircuitOpens_GivesThePlaceBack()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        test.Log.Throws = true;
        await Record.ExceptionAsync(() => test.RunAsync(test.Work().Fails()));

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Open);
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    private static MeterListener ThrowOn(Instrument instrument)
    {
        var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("a broken exporter"));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("a broken exporter"));
        listener.Start();
        listener.EnableMeasurementEvents(instrument);
        return listener;
    }
}
