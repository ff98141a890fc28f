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

    private readonly PauseClock _clock = new();
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
        await _clock.PausesAsync(1);

        bus.Snapshot(ResilienceSide.Consumer).HeldMessages.ShouldBe(1);
        bus.Snapshot(ResilienceSide.Consumer).ActiveCalls.ShouldBe(0, "who waits holds no place");
        _isRefused = false;
        _clock.Advance(Hint * 1.2);
        DeadLetters left = await bus.DeadLettersAsync("happened");

        _ran.Select(ran => ran.At).ShouldBe([TimeSpan.Zero, Hint * 1.2]);
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

        for (int run = 1; run <= 3; run++)
        {
            await _clock.PausesAsync(1);
            _ran.Count.ShouldBe(run);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        await _clock.PausesAsync(1);
        _isRefused = false;
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await bus.DeadLettersAsync("happened")).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_MoreThanTheBulkheadTakes_ThoseThatWaitKeepNobodyOut()
    {
        await using TestBus bus = await StartAsync("user:Bulkhead:MaxConcurrentCalls=1");
        for (int number = 1; number <= 5; number++)
            await bus.Bus.Publish(new Happened(number), Token);
        await _clock.PausesAsync(5);

        _ran.Select(ran => ran.Number).Order().ShouldBe([1, 2, 3, 4, 5]);
        bus.Snapshot(ResilienceSide.Consumer).HeldMessages.ShouldBe(5);
        _isRefused = false;
        _clock.Advance(Hint * 1.2);
        await bus.DeliveredAsync("happened", 5);
    }

    [Fact]
    public async Task StopAsync_PutOff_DoesNotWaitForTheHint()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        await _clock.PausesAsync(1);

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
        return _isRefused
            ? throw new CircuitOpenRejectedException("payments", "charge", CircuitState.Open, since: null, _hint, remote: true)
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

    /// <summary>Tells of each pause that begins; the times of the policies are longer than any.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromHours(1))
                _pauses.Writer.TryWrite(dueTime);
            return timer;
        }

        /// <summary>Ends when so many more have begun.</summary>
        public async Task PausesAsync(int count)
        {
            for (int pause = 0; pause < count; pause++)
                await _pauses.Reader.ReadAsync(Token);
        }
    }
}
