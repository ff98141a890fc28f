namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Where last good replies are kept. Register one as a singleton in place of the framework's, which is .NET's hybrid cache over the
/// host's distributed cache.
/// </summary>
public interface ILastGoodReplyStore
{
    /// <summary>There is more than this process's memory: a look may take time, and finds what other processes have kept.</summary>
    bool IsDistributed { get; }

    /// <summary>Finds what was kept; null where there is nothing.</summary>
    /// <param name="key">What it is kept under.</param>
    /// <param name="keptFor">How old it may be.</param>
    /// <param name="memoryOnly">Looks in this process's memory alone, which takes no time.</param>
    ValueTask<byte[]?> ReadAsync(string key, TimeSpan keptFor, bool memoryOnly);

    /// <summary>Keeps a reply. It never waits, and never throws.</summary>
    /// <param name="reply">The reply.</param>
    void Write(KeptReply reply);

    /// <summary>Ends when what was kept is written, or its time is over.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task StopAsync(CancellationToken cancellationToken);
}

/// <summary>A reply to be kept.</summary>
/// <param name="Key">What it is kept under: the same in every process that asks the same service the same thing.</param>
/// <param name="Content">The reply, as bytes.</param>
/// <param name="KeptFor">For how long.</param>
/// <param name="Failed">To be told why it could not be kept: <c>timeout</c>, <c>dropped</c>, <c>too_large</c> or <c>failure</c>, and the exception.</param>
public sealed record KeptReply(string Key, byte[] Content, TimeSpan KeptFor, Action<string, Exception> Failed);
