using System.Runtime.CompilerServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Runs work under one service's profile: fallback, bulkhead, breaker, timeout and retry, in that order.</summary>
public interface IServiceResilience
{
    /// <summary>The profile's name.</summary>
    string Service { get; }

    /// <summary>Runs <paramref name="action"/> and returns its result, or its fallback's.</summary>
    /// <param name="action">The work. It may run more than once, and must honour its token.</param>
    /// <param name="options">What the work is called. Default <see cref="ExecutionOptions"/>'s defaults.</param>
    /// <param name="cancellationToken">The caller's own wish to stop; it never counts as a failure.</param>
    /// <exception cref="RejectedException">The breaker is open or the bulkhead full, and no fallback is registered.</exception>
    /// <exception cref="ExecutionTimeoutException">The total timeout passed, and the fallback's threshold is not reached.</exception>
    [OverloadResolutionPriority(1)]
    ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ExecuteAsync{TResult}(Func{CancellationToken, ValueTask{TResult}}, ExecutionOptions?, CancellationToken)"/>
    ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, Task<TResult>> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs <paramref name="action"/>, which has no result and so no fallback.</summary>
    /// <inheritdoc cref="ExecuteAsync{TResult}(Func{CancellationToken, ValueTask{TResult}}, ExecutionOptions?, CancellationToken)" path="/param|/exception"/>
    [OverloadResolutionPriority(1)]
    ValueTask ExecuteAsync(
        Func<CancellationToken, ValueTask> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="ExecuteAsync(Func{CancellationToken, ValueTask}, ExecutionOptions?, CancellationToken)"/>
    ValueTask ExecuteAsync(
        Func<CancellationToken, Task> action, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same for work that gets <paramref name="state"/>, so that the delegate can be static: then nothing is allocated for it. A state
    /// that is a value is boxed.
    /// </summary>
    /// <param name="action">The work. It may run more than once, and must honour its token.</param>
    /// <param name="state">What it is run with.</param>
    /// <param name="options">What the work is called. Default <see cref="ExecutionOptions"/>'s defaults.</param>
    /// <param name="cancellationToken">The caller's own wish to stop; it never counts as a failure.</param>
    /// <inheritdoc cref="ExecuteAsync{TResult}(Func{CancellationToken, ValueTask{TResult}}, ExecutionOptions?, CancellationToken)" path="/exception"/>
    ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> action, TState state, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The same for work without a result, which has no fallback. What it needs is one small object a call.</summary>
    /// <inheritdoc cref="ExecuteAsync{TState, TResult}(Func{TState, CancellationToken, ValueTask{TResult}}, TState, ExecutionOptions?, CancellationToken)" path="/param|/exception"/>
    ValueTask ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> action, TState state, ExecutionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Registers what stands in for a result of type <typeparamref name="TResult"/>; a later call with the same key replaces it.</summary>
    /// <param name="fallbackKey">The key that <see cref="ExecutionOptions.FallbackKey"/> names.</param>
    /// <param name="generator">Makes the result from the failure it stands in for.</param>
    void RegisterFallback<TResult>(string fallbackKey, Func<Exception, CancellationToken, ValueTask<TResult>> generator);
}
