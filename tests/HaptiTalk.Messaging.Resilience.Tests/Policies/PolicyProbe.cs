using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A policy of a host's own that counts its runs and then does what the test says; by default nothing.</summary>
internal sealed class PolicyProbe
{
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>What the runs were called.</summary>
    public string? Operation { get; private set; }

    public Exception? Throws { get; init; }

    /// <summary>Gives the failure back as Polly's own strategies do, instead of throwing it.</summary>
    public bool AsOutcome { get; init; }

    /// <summary>Waits for this, and no less long than until the token says so.</summary>
    public Task? WaitsFor { get; init; }

    public string? Marks { get; init; }

    public void AddTo(ResiliencePipelineBuilder builder) => builder.AddStrategy(_ => new Strategy(this), new Options());

    private sealed class Options : ResilienceStrategyOptions;

    private sealed class Strategy(PolicyProbe probe) : ResilienceStrategy
    {
        protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
        {
            Interlocked.Increment(ref probe._runs);
            probe.Operation = context.OperationKey;
            if (probe.WaitsFor is { } wait)
                await wait.WaitAsync(context.CancellationToken);
            if (probe.Throws is { } failure)
                return probe.AsOutcome ? Outcome.FromException<TResult>(failure) : throw failure;

            Outcome<TResult> outcome = await callback(context, state);
            return probe.Marks is { } mark && outcome.Result is string result
                ? Outcome.FromResult((TResult)(object)$"{mark}({result})")
                : outcome;
        }
    }
}
