namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A file on a disk that takes so many bytes, and then fails as a full disk does. What was written stays, torn or not.</summary>
internal sealed class FullDisk(long bytes) : MemoryStream
{
    private const int NoSpaceLeft = 28;

    public const string Reason = "No space left on device";

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int fitting = (int)Math.Min(buffer.Length, bytes - Position);
        Write(buffer.Span[..fitting]);
        return fitting == buffer.Length ? default : throw new IOException(Reason, NoSpaceLeft);
    }
}

/// <summary>A file that does something when it is flushed, which is when what it holds may leave its queue.</summary>
internal sealed class FlushedFile(Func<Task> flushed) : MemoryStream
{
    public override Task FlushAsync(CancellationToken cancellationToken) => flushed();
}
