namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>Makes what stands in for a result.</summary>
/// <typeparam name="TResult">The result's type.</typeparam>
public interface IFallbackSource<TResult>
{
    /// <summary>Makes it; null when there is nothing that could stand in.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="reason">Why something stands in for it.</param>
    /// <param name="cancellationToken">Cancelled when its time is over or the caller gives up: nobody waits for it any longer.</param>
    ValueTask<FallbackResult<TResult>?> CreateAsync(Execution execution, Exception failure, FallbackReason reason, CancellationToken cancellationToken);
}

/// <summary>What stands in for a result.</summary>
/// <typeparam name="TResult">The result's type.</typeparam>
/// <param name="Result">It.</param>
/// <param name="Age">How old it is; null when it was made just now.</param>
public readonly record struct FallbackResult<TResult>(TResult Result, TimeSpan? Age = null);
