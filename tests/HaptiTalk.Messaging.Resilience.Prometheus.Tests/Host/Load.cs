using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>Goes on doing everything that there is a metric for, until it is disposed of.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ObservedHost _host;
    private readonly Task _running;

    private Load(ObservedHost host)
    {
        _host = host;
        _running = RunAsync();
    }

    public static Load On(ObservedHost host)
    {
        host.Resilience.For("report").RegisterFallback("report", static (_, _) => ValueTask.FromResult("degraded"));
        host.Services.GetRequiredService<IResilienceControl>().Isolate(new("feedback", ResilienceSide.Consumer), "test");
        host.Changeable.Change("Resilience:Profiles:auth:Retry:MaxRetries", "many");
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var begun = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            begun.AddRange(BeginRound());
            begun.RemoveAll(task => task.IsCompleted);
            await pace.WaitForNextTickAsync(_stop.Token).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await Task.WhenAll(begun);
    }

    private IEnumerable<Task> BeginRound() =>
    [
        LocallyAsync("user", "getUserProfile", static (_, _) => Task.FromResult("real")),
        LocallyAsync("user", "getUserProfile", static (attempt, _) => attempt == 0 ? Broken() : Task.FromResult("real")),
        LocallyAsync("user", "updateUserProfile", static (_, _) => Broken()),
        LocallyAsync("user", "impatient", Hanging),
        LocallyAsync("report", "report", static (_, _) => Broken()),
        LocallyAsync("session", "startSession", Hanging),
        RequestAsync(),
        SendExpiredAsync(),
        PublishAsync(),
    ];

    private Task LocallyAsync(string service, string operation, Func<int, CancellationToken, Task<string>> work)
    {
        int attempts = 0;
        return EndedAsync(_host.Resilience.For(service).ExecuteAsync(
            token => work(attempts++, token), new() { Operation = operation }, _stop.Token).AsTask());
    }

    private async Task RequestAsync()
    {
        await using AsyncServiceScope scope = _host.Services.CreateAsyncScope();
        await EndedAsync(scope.ServiceProvider.GetRequiredService<IRequestClient<GetQuote>>().GetResponse<Quote>(new GetQuote("x"), _stop.Token));
    }

    private async Task SendExpiredAsync()
    {
        await using AsyncServiceScope scope = _host.Services.CreateAsyncScope();
        await EndedAsync(scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(
            new GetQuote("late"),
            context =>
            {
                context.RequestId = NewId.NextGuid();
                context.ResponseAddress = new("loopback://localhost/nobody");
                context.TimeToLive = TimeSpan.FromTicks(1);
            },
            _stop.Token));
    }

    private async Task PublishAsync()
    {
        await using AsyncServiceScope scope = _host.Services.CreateAsyncScope();
        await EndedAsync(scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new FeedbackGiven("fine"), _stop.Token));
    }

    private static async Task<string> Hanging(int attempt, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return "never";
    }

    private static Task<string> Broken() => Task.FromException<string>(new InvalidOperationException("broken"));

    // How it ends is what the metrics are asked.
    private static Task EndedAsync(Task task) => task.ContinueWith(
        static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
