namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes what stands in for a result.</summary>
internal interface IFallbackSource<TResult>
{
    ValueTask<TResult> CreateAsync(Exception failure, FallbackReason reason, CancellationToken cancellationToken);
}
