using System.Diagnostics.Metrics;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Lets a number of calls through, and counts them.</summary>
internal sealed class ToyStrategy(ServiceState state) : ResilienceStrategy
{
    private static readonly PolicyInstrument Runs = new("toy_runs", "Calls that reached the toy.");

    private readonly Counter<long> _runs = state.Telemetry.CounterOf(Runs);
    private int _count;

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } =
    [
        Runs,
        new("toy_max_calls", "Calls that the toy lets through.")
        {
            Read = static states => StateGauges.OfEach(states, static operation => operation.Model.Profile.OptionsOf<ToyOptions>().MaxCalls),
        },
    ];

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        _runs.Add(1, execution.Operation.ServiceTag, execution.Operation.OperationTag, execution.Operation.SideTag);
        return Interlocked.Increment(ref _count) > execution.Model.Profile.OptionsOf<ToyOptions>().MaxCalls
            ? new(Outcome.FromException<TResult>(new NotSupportedException("The toy has had enough.")))
            : callback(context, callerState);
    }
}
