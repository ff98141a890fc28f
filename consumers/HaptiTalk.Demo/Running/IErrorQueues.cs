namespace HaptiTalk.Demo;

/// <summary>Counts what is left in the error queues.</summary>
internal interface IErrorQueues
{
    /// <summary>Messages by queue, for the queues that hold any.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken);
}
