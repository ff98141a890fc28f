using System.Threading.Channels;
using HaptiTalk.Messaging.Resilience;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Documentation.Tests;

/// <summary>What the page about events says of handlers.</summary>
public sealed class EventHandlerTests
{
    private static readonly ControlTarget Target = new(SampleHost.Service);

    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task Handler_ThatThrows_GetsTheNextEvent()
    {
        await using SampleHost host = SampleHost.WithProfile(builder => builder.OnEvent<ServiceEvent>((happened, _) =>
        {
            Handled(happened);
            throw new InvalidOperationException("broken");
        }));
        await IsolateAndCloseAsync(host);

        (await NextAsync()).ShouldBe(nameof(CircuitBreakerIsolated));
        (await NextAsync()).ShouldBe(nameof(CircuitBreakerClosed));
    }

    [Fact]
    public async Task Handler_ThatHangs_GetsTheNextEventAfterFiveSecondsAndHoldsUpNoOther()
    {
        var forever = new TaskCompletionSource();
        await using SampleHost host = SampleHost.WithProfile(builder => builder
            .OnEvent<ServiceEvent>(async (happened, _) =>
            {
                Handled(happened);
                await forever.Task;
            })
            .OnEvent<CircuitBreakerClosed>((_, _) =>
            {
                _handled.Writer.TryWrite("other");
                return ValueTask.CompletedTask;
            }));
        await IsolateAndCloseAsync(host);
        string[] atOnce = [await NextAsync(), await NextAsync()];

        host.Clock.Advance(TimeSpan.FromSeconds(5));

        atOnce.ShouldBe([nameof(CircuitBreakerIsolated), "other"], ignoreOrder: true);
        (await NextAsync()).ShouldBe(nameof(CircuitBreakerClosed));
        forever.SetResult();
    }

    [Fact]
    public async Task Observer_ThatNeedsTheFramework_IsMade()
    {
        await using SampleHost host = SampleHost.WithProfile(builder => builder.Services
            .AddSingleton(_handled.Writer)
            .AddSingleton<IResilienceEventObserver<ServiceEvent>, Describing>());

        await IsolateAndCloseAsync(host);

        (await NextAsync()).ShouldBe("user by test");
    }

    private static async Task IsolateAndCloseAsync(SampleHost host)
    {
        await host.User.ExecuteAsync(_ => Task.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);
        host.Control.Isolate(Target, "test");
        host.Control.Close(Target, "test");
    }

    private void Handled(ServiceEvent happened) => _handled.Writer.TryWrite(happened.GetType().Name);

    private async Task<string> NextAsync() => await _handled.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private sealed class Describing(IMessagingResilience resilience, IResilienceControl control, ChannelWriter<string> told)
        : IResilienceEventObserver<ServiceEvent>
    {
        public ValueTask OnEventAsync(ServiceEvent happened, CancellationToken cancellationToken)
        {
            told.TryWrite($"{resilience.Describe(happened.Service).Service} by {control.History[0].By}");
            return ValueTask.CompletedTask;
        }
    }
}
