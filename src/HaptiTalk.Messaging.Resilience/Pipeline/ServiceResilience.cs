using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work that is not a message.</summary>
internal sealed class ServiceResilience(string service, ServiceStates states, TimeProvider clock) : IServiceResilience
{
    private readonly RegisteredFallbacks _fallbacks = new();
    private readonly ConcurrentDictionary<string, OperationState> _operations = new(StringComparer.Ordinal);
    private readonly ExecutionRunner _runner = new(FailureClassifier.Default, clock);

    public string Service => service;

    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync<TResult, LocalWork<TResult>>(new(action), options, cancellationToken);
    }

    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, Task<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(static (action, token) => new ValueTask<TResult>(action(token)), action, options, cancellationToken);
    }

    public ValueTask ExecuteAsync(
        Func<CancellationToken, ValueTask> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return EndAsync(RunAsync(static (action, token) => NothingAsync(action(token)), action, options, cancellationToken));
    }

    public ValueTask ExecuteAsync(
        Func<CancellationToken, Task> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return EndAsync(RunAsync(static (action, token) => NothingAsync(new ValueTask(action(token))), action, options, cancellationToken));
    }

    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> action, TState state, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(action, state, options, cancellationToken);
    }

    public ValueTask ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> action, TState state, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return EndAsync(RunAsync(static (work, token) => NothingAsync(work.Action(work.State, token)), (Action: action, State: state), options, cancellationToken));
    }

    public void RegisterFallback<TResult>(string fallbackKey, Func<Exception, CancellationToken, ValueTask<TResult>> generator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fallbackKey);
        ArgumentNullException.ThrowIfNull(generator);
        _fallbacks.Add(fallbackKey, generator);
    }

    // An operation's state is never replaced, so it needs to be looked for only once.
    private OperationState OperationOf(string name)
    {
        if (_operations.TryGetValue(name, out OperationState? known))
            return known;

        OperationState found = states.Get(ResilienceSide.Local, service, name);

        // One that shares the state of the others that are too many is not kept: there is no end to their names.
        return found.Name == name ? _operations.GetOrAdd(name, found) : found;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<Nothing> NothingAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return default;
    }

    private static async ValueTask EndAsync(ValueTask<Nothing> run) => await run.ConfigureAwait(false);

    private ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> work, TState state, ExecutionOptions? options, CancellationToken cancellationToken) =>
        RunAsync<TResult, LocalWork<TResult, TState>>(new(work, state), options, cancellationToken);

    private ValueTask<TResult> RunAsync<TResult, TWork>(TWork work, ExecutionOptions? options, CancellationToken cancellationToken)
        where TWork : IWork<TResult, TResult>
    {
        options ??= ExecutionOptions.Default;
        return _runner.RunAsync<TResult, TResult, TWork>(
            new ExecutionPlan(OperationOf(options.Operation), cancellationToken)
            {
                Dependency = options.Dependency,
                FallbackKey = options.FallbackKey ?? options.Operation,
                Fallbacks = _fallbacks,
            },
            work);
    }

    private readonly record struct Nothing;
}
