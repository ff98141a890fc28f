using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Monitoring;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who takes events where they are raised: it misses none, and no call notices it.</summary>
public sealed class EventSinkTests
{
    private const string Failures = "event_observer_failures";

    [Fact]
    public void Attach_MoreEventsThanAnObserverKeeps_TakesAllOfThemAtOnce()
    {
        const int Many = 3_000;
        using TestResilience test = TestResilience.With();
        var sink = new RecordingSink();
        test.Monitor.Attach(sink);
        for (int i = 0; i < Many; i++)
            test.Control.Isolate(new("user"), $"operator {i}");

        sink.Taken.OfType<ControlChanged>().Select(change => change.Change.By).ShouldBe(Enumerable.Range(0, Many).Select(i => $"operator {i}"));
    }

    [Fact]
    public async Task Attach_KindThatIsNotWanted_IsNotGiven()
    {
        using TestResilience test = TestResilience.With();
        var sink = new RecordingSink { Unwanted = typeof(Rejected) };
        test.Monitor.Attach(sink);
        await test.RunAsync(test.Work().Answers());
        test.Control.Isolate(new("user"), "an operator");
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        sink.Taken.Select(happened => happened.GetType()).ShouldBe([typeof(CircuitBreakerIsolated), typeof(ControlChanged)]);
    }

    [Fact]
    public void Dispose_OneOfTwoSinks_GetsNoMore()
    {
        using TestResilience test = TestResilience.With();
        var (gone, other) = (new RecordingSink(), new RecordingSink());
        IDisposable attached = test.Monitor.Attach(gone);
        test.Monitor.Attach(other);
        test.Control.Isolate(new("user"), "an operator");
        attached.Dispose();
        attached.Dispose();
        test.Control.Close(new("user"), "an operator");

        (gone.Taken.Count, other.Taken.Count).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Attach_SinkThrows_ReachesNoCallAndIsCountedAndLoggedOnceAMinute()
    {
        using TestResilience test = TestResilience.With();
        var healthy = new RecordingSink();
        test.Monitor.Attach(new RecordingSink { Breaks = typeof(Rejected) });
        test.Monitor.Attach(healthy);
        test.Control.Isolate(new("user"), "an operator");
        for (int i = 0; i < 3; i++)
            await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        healthy.Taken.OfType<Rejected>().Count().ShouldBe(3);
        test.Measured.Of(Failures).Select(failure => (failure.Value, failure.Tags)).ShouldBe(Enumerable.Repeat((1d, "reason=failure"), 3));
        test.Log.Entries.Count(entry => entry.Exception is NotSupportedException).ShouldBe(1);
    }

    [Fact]
    public async Task Attach_SinkCannotTellWhatItWants_ReachesNoCall()
    {
        using TestResilience test = TestResilience.With();
        test.Monitor.Attach(new RecordingSink { ThrowsWhenAsked = true });
        test.Control.Isolate(new("user"), "an operator");

        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Measured.Of(Failures).ShouldNotBeEmpty();
    }

    private sealed class RecordingSink : IEventSink
    {
        private readonly ConcurrentQueue<ResilienceEvent> _taken = new();

        public Type? Unwanted { get; init; }

        public Type? Breaks { get; init; }

        public bool ThrowsWhenAsked { get; init; }

        public IReadOnlyCollection<ResilienceEvent> Taken => _taken;

        public bool Wants(Type eventType) => ThrowsWhenAsked ? throw new NotSupportedException() : eventType != Unwanted;

        public void Add(ResilienceEvent happened)
        {
            if (happened.GetType() == Breaks)
                throw new NotSupportedException();
            _taken.Enqueue(happened);
        }
    }
}
