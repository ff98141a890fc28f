namespace HaptiTalk.Demo;

/// <summary>Makes calls at a steady rate, whatever becomes of them: a slow service does not make its callers fewer.</summary>
internal sealed class Callers(IServiceProvider services, TimeProvider clock, Action<Call> report)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _underway = [];

    public Phase Phase { get; set; }

    /// <summary>Calls on one route until cancelled.</summary>
    public async Task CallAsync(Route route, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(route.Every, clock);
        try
        {
            for (int n = 0; await timer.WaitForNextTickAsync(stop); n++)
                Track(CallOnceAsync(route, n));
        }
        catch (OperationCanceledException)
        {
            // The route is done; what it has begun goes on.
        }
    }

    /// <summary>Waits for the calls that are still under way.</summary>
    public async Task EndAsync()
    {
        Task[] underway;
        lock (_gate)
            underway = [.. _underway];
        await Task.WhenAll(underway);
    }

    private void Track(Task call)
    {
        lock (_gate)
            _underway.Add(call);
        _ = call.ContinueWith(
            ended =>
            {
                lock (_gate)
                    _underway.Remove(ended);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task CallOnceAsync(Route route, int n)
    {
        long start = clock.GetTimestamp();
        try
        {
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            bool fellBack = await route.SendAsync(scope.ServiceProvider, n, CancellationToken.None);
            report(new(route.Service, Phase, start, clock.GetElapsedTime(start), fellBack ? CallEnd.FellBack : CallEnd.Answered, Failure: null));
        }
        catch (Exception failure)
        {
            report(new(route.Service, Phase, start, clock.GetElapsedTime(start), CallEnd.Failed, failure.GetType().Name));
        }
    }
}
