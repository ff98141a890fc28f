using HaptiTalk.Messaging.Resilience;
using Polly;

namespace HaptiTalk.Documentation.Tests;

/// <summary>A policy that fails every call, and sees how things stand meanwhile.</summary>
internal sealed class FailingStrategy(Exception failure, Func<int>? countActiveCalls = null) : ResilienceStrategy
{
    public int Runs { get; private set; }

    public int ActiveCalls { get; private set; }

    public void AddTo(IMessagingResilienceBuilder builder, PolicyPosition position) =>
        builder.AddPolicy("failing", position, pipeline => pipeline.AddStrategy(_ => this, new FailingOptions()));

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        Runs++;
        ActiveCalls = countActiveCalls?.Invoke() ?? 0;
        return ValueTask.FromResult(Outcome.FromException<TResult>(failure));
    }

    private sealed class FailingOptions : ResilienceStrategyOptions;
}
