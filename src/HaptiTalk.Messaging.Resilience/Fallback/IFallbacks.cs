namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>Where the fallback of a run is found.</summary>
public interface IFallbacks
{
    /// <summary>Finds it.</summary>
    /// <typeparam name="TResult">What it stands in for.</typeparam>
    /// <param name="key">What it is called.</param>
    /// <returns>Null where there is none for such a result.</returns>
    IFallbackSource<TResult>? Find<TResult>(string key);
}
