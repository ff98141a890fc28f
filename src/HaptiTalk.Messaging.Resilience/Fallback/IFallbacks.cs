namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where the fallback of a run is found.</summary>
internal interface IFallbacks
{
    /// <param name="key">What it is called.</param>
    /// <returns>Null where there is none for such a result.</returns>
    IFallbackSource<TResult>? Find<TResult>(string key);
}
