using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Answers requests in a way that a test can change while it runs.</summary>
internal sealed class Callee
{
    private readonly Collected<Ask> _received = new();
    private int _calls;

    public Func<ConsumeContext<Ask>, Task> Behaviour { get; set; } = Answers;

    public int Calls => Volatile.Read(ref _calls);

    public static Task Answers(ConsumeContext<Ask> context) => context.RespondAsync(new Answer(context.Message.Text));

    public static Task Fails(ConsumeContext<Ask> context) => throw new InvalidOperationException("broken");

    public static Task Ignores(ConsumeContext<Ask> context) => Task.CompletedTask;

    /// <summary>The next request that arrived, in order.</summary>
    public Task<ConsumeContext<Ask>> ReceivedAsync() => _received.NextAsync(TestContext.Current.CancellationToken);

    public async Task ConsumeAsync(ConsumeContext<Ask> context)
    {
        Interlocked.Increment(ref _calls);
        await _received.AddAsync(context);
        await Behaviour(context);
    }
}
