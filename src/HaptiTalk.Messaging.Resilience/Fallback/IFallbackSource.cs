namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes what stands in for a result.</summary>
internal interface IFallbackSource<TResult>
{
    /// <summary>Null when there is nothing that could.</summary>
    ValueTask<StandIn<TResult>?> CreateAsync(Execution execution, Exception failure, FallbackReason reason);
}

/// <summary>What stands in for a result.</summary>
/// <param name="Result">It.</param>
/// <param name="Age">How old it is; null when it was made just now.</param>
internal readonly record struct StandIn<TResult>(TResult Result, TimeSpan? Age = null);
