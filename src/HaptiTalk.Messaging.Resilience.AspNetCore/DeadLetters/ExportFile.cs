using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Opens a file for messages.</summary>
internal delegate ExportFile OpenExport(string path, FileOptions more);

/// <summary>
/// A file for messages: what is in it is for this process's user alone. It remembers what the disk did not take: that is no
/// failure of a broker's, and nothing leaves a queue after it.
/// </summary>
internal sealed class ExportFile(string path, FileStreamOptions options) : FileStream(path, options)
{
    private const int WriteBuffer = 64 * 1024;

    /// <summary>Why the disk did not take all of it; null while it does.</summary>
    public IOException? Refusal { get; private set; }

    /// <exception cref="IOException">There is no writing there.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no writing there.</exception>
    public static ExportFile Create(string path, FileOptions more)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = WriteBuffer,
            Options = FileOptions.Asynchronous | more,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    /// <summary>What a caller is told.</summary>
    public static IResult Refused(string problem) => Problems.Of(StatusCodes.Status507InsufficientStorage, $"{problem} Nothing was removed.");

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException refused)
        {
            Refusal = refused;
            throw;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await base.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException refused)
        {
            Refusal = refused;
            throw;
        }
    }

    public override void Flush(bool flushToDisk)
    {
        try
        {
            base.Flush(flushToDisk);
        }
        catch (IOException refused)
        {
            Refusal = refused;
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // What counts was flushed before. The rest is of a file that is not wanted any more.
        }
    }
}
