using System.Collections.Concurrent;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work that is not a message.</summary>
internal sealed class ServiceResilience(string service, ServiceStates states, TimeProvider clock) : IServiceResilience
{
    private readonly ConcurrentDictionary<(string Key, Type Result), object> _fallbacks = new();

    public string Service => service;

    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(static (action, _, token) => action(token), action, options, cancellationToken);
    }

    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, Task<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(static (action, _, token) => new ValueTask<TResult>(action(token)), action, options, cancellationToken);
    }

    public async ValueTask ExecuteAsync(
        Func<CancellationToken, ValueTask> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        await RunAsync(
            static async (action, _, token) =>
            {
                await action(token).ConfigureAwait(false);
                return default(Nothing);
            },
            action,
            options,
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask ExecuteAsync(
        Func<CancellationToken, Task> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return ExecuteAsync(token => new ValueTask(action(token)), options, cancellationToken);
    }

    public void RegisterFallback<TResult>(string fallbackKey, Func<Exception, CancellationToken, ValueTask<TResult>> generator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fallbackKey);
        ArgumentNullException.ThrowIfNull(generator);
        _fallbacks[(fallbackKey, typeof(TResult))] = new RegisteredFallback<TResult>(generator);
    }

    private async ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, Execution, CancellationToken, ValueTask<TResult>> work, TState state, ExecutionOptions? options, CancellationToken cancellationToken)
    {
        options ??= ExecutionOptions.Default;
        OperationState operation = states.Get(ResilienceSide.Local, service, options.Operation);
        string key = options.FallbackKey ?? options.Operation;
        var execution = new Execution(
            operation, FailureClassifier.Default, operation.Model.TotalFor(options.Dependency), clock, cancellationToken)
        {
            Dependency = options.Dependency,
            FallbackKey = key,
            FallbackSource = _fallbacks.GetValueOrDefault((key, typeof(TResult))),
        };
        Outcome<TResult> outcome = await ExecutionRunner.RunAsync(execution, work, state).ConfigureAwait(false);
        outcome.ThrowIfException();
        return outcome.Result!;
    }

    private readonly record struct Nothing;

    private sealed class RegisteredFallback<TResult>(Func<Exception, CancellationToken, ValueTask<TResult>> generator) : IFallbackSource<TResult>
    {
        public ValueTask<TResult> CreateAsync(Exception failure, FallbackReason reason, CancellationToken cancellationToken) =>
            generator(failure, cancellationToken);
    }
}
