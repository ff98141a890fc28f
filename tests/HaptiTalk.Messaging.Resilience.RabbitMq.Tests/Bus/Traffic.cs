using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Requests and numbered publishes, some at once of each, until they are stopped. Each may fail, and each is timed.</summary>
internal sealed class Traffic
{
    private const int AtOnce = 4;

    // Leaves the processor to brokers that start.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly RabbitBus _bus;
    private readonly TimeSpan _total;
    private readonly ConcurrentBag<int> _returned = [];
    private readonly ConcurrentBag<TimeSpan> _overtimes = [];
    private readonly Task _run;
    private volatile Goal _answers = new(0);
    private volatile Goal _publishes = new(0);
    private volatile bool _isStopped;
    private int _numbers;

    private Traffic(RabbitBus bus, TimeSpan total)
    {
        (_bus, _total) = (bus, total);
        _run = Task.WhenAll(Enumerable.Range(0, AtOnce).SelectMany(_ => (Task[])[Task.Run(AskAsync), Task.Run(PublishAsync)]));
    }

    /// <summary>The numbers whose publish has returned.</summary>
    public IReadOnlyCollection<int> Returned => _returned;

    /// <summary>The longest that any call went past its total timeout.</summary>
    public TimeSpan Overtime => _overtimes.Max();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="bus">What the calls go through.</param>
    /// <param name="total">The total timeout of each.</param>
    public static Traffic Start(RabbitBus bus, TimeSpan total) => new(bus, total);

    /// <summary>Ends when so many more of each kind have succeeded.</summary>
    public Task MoreAsync(int count) => Task.WhenAll(MoreAnswersAsync(count), MorePublishesAsync(count));

    /// <summary>Ends when so many more requests have been answered.</summary>
    public Task MoreAnswersAsync(int count) => (_answers = new(count)).Reached.WaitAsync(Token);

    /// <summary>Ends when so many more publishes have returned.</summary>
    public Task MorePublishesAsync(int count) => (_publishes = new(count)).Reached.WaitAsync(Token);

    public Task StopAsync()
    {
        _isStopped = true;
        return _run;
    }

    private Task AskAsync()
    {
        IRequestClient<Ask> client = _bus.Client<Ask>();
        return RepeatAsync(async () =>
        {
            await client.GetResponse<Answer>(new Ask("x"), Token);
            _answers.Step();
        });
    }

    private Task PublishAsync()
    {
        IPublishEndpoint publisher = _bus.Services.GetRequiredService<IPublishEndpoint>();
        return RepeatAsync(async () =>
        {
            int number = Interlocked.Increment(ref _numbers);
            await publisher.Publish(new Happened(number), Token);
            _returned.Add(number);
            _publishes.Step();
        });
    }

    private async Task RepeatAsync(Func<Task> call)
    {
        while (!_isStopped)
        {
            _overtimes.Add(await Bound.OvertimeAsync(_total, () => EndAsync(call)));
            await Task.Delay(Pause, TimeProvider.System, Token);
        }
    }

    // The caller has been told: nothing is promised of one that fails.
    private static async Task EndAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception) when (!Token.IsCancellationRequested)
        {
        }
    }

    private sealed class Goal(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Reached => _reached.Task;

        public void Step()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _reached.SetResult();
        }
    }
}
