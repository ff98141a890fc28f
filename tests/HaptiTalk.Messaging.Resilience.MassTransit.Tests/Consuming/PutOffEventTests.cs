using System.Collections.Concurrent;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>An event whose consumer is refused by what it calls waits and runs again. Time is the test's and moves only where the test says so.</summary>
public sealed class PutOffEventTests
{
    private static readonly TimeSpan Hint = TimeSpan.FromSeconds(30);

    private readonly TellingClock _clock = new();
    private readonly ConcurrentQueue<(int Number, TimeSpan At)> _ran = new();
    private readonly DateTimeOffset _start;
    private TimeSpan? _hint = Hint;
    private bool _isSwallowed;
    private volatile bool _isRefused = true;

    public PutOffEventTests() => _start = _clock.GetUtcNow();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ConsumerIsRefused_RunsAgainAfterTheHintAndHasNotFailed()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        await RunsAsync(2);
        _isRefused = false;
        await RunsAsync(3);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        TimeSpan[] at = [.. _ran.Select(ran => ran.At)];
        (at[1] - at[0]).ShouldBeGreaterThanOrEqualTo(Hint);
        (at[2] - at[1]).ShouldBeGreaterThanOrEqualTo(Hint);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        (bus.Snapshot(ResilienceSide.Consumer).FailureCount, bus.Snapshot(ResilienceSide.Consumer).HeldMessages).ShouldBe((0, 0));
        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(1, "one event, one end");
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "success")).ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Publish_HintIsNothing_WaitsNevertheless(int hint)
    {
        _hint = hint < 0 ? null : TimeSpan.Zero;
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);

        await RunsAsync(4);
        _isRefused = false;
        await RunsAsync(5);

        TimeSpan[] at = [.. _ran.Select(ran => ran.At)];
        at.Zip(at.Skip(1)).ShouldAllBe(run => run.Second - run.First >= TimeSpan.FromMilliseconds(hint < 0 ? 1000 : 100));
        (await bus.DeadLettersAsync("happened")).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_MoreThanTheBulkheadTakes_ThoseThatWaitHoldNoPlace()
    {
        await using TestBus bus = await StartAsync("user:Bulkhead:MaxConcurrentCalls=1");
        for (int number = 1; number <= 5; number++)
            await bus.Bus.Publish(new Happened(number), Token);

        await RunsAsync(5, passTime: false);

        _ran.Select(ran => ran.Number).Order().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task StopAsync_PutOff_DoesNotWaitForTheHint()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        await RunsAsync(1, passTime: false);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

        _ran.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Publish_FilterSwallowsTheRefusal_IsConsumedAsMassTransitHasIt()
    {
        _isSwallowed = true;
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);

        DeadLetters left = await bus.DeadLettersAsync("happened");

        _ran.Count.ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.Handler<Happened>(ConsumeAsync, handler =>
            {
                if (_isSwallowed)
                    handler.UseFilter(new SwallowingFilter());
            });
        }),
        settings: Settings.Of(["user:Retry:MaxRetries=0", "user:Timeout:DefaultTimeout=10:00:00", .. settings]),
        watch: "happened");

    private Task ConsumeAsync(ConsumeContext<Happened> context)
    {
        _ran.Enqueue((context.Message.Number, _clock.GetUtcNow() - _start));
        _clock.Tell();
        return _isRefused
            ? throw new CircuitOpenRejectedException("payments", "charge", CircuitState.Open, since: null, _hint, isRemote: true)
            : Task.CompletedTask;
    }

    private sealed class SwallowingFilter : IFilter<ConsumeContext<Happened>>
    {
        public async Task Send(ConsumeContext<Happened> context, IPipe<ConsumeContext<Happened>> next)
        {
            try
            {
                await next.Send(context);
            }
            catch (RejectedException)
            {
                // What it stands around has told MassTransit already.
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("swallowing");
    }

    // Whoever waits for a time makes it pass.
    private async Task RunsAsync(int count, bool passTime = true)
    {
        while (true)
        {
            TimeSpan due = await _clock.ToldAsync();
            if (_ran.Count >= count)
                return;
            if (passTime)
                _clock.Advance(due);
        }
    }

    /// <summary>Tells when somebody begins to wait for a time. Those of the policies are longer than any pause.</summary>
    private sealed class TellingClock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _told = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromHours(1))
                _told.Writer.TryWrite(dueTime);
            return timer;
        }

        public void Tell() => _told.Writer.TryWrite(TimeSpan.Zero);

        public async Task<TimeSpan> ToldAsync() => await _told.Reader.ReadAsync(Token);
    }
}
