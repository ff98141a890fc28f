using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Opens a file for messages.</summary>
internal delegate ExportFile OpenExport(string path, FileOptions more);

/// <summary>
/// A file for messages. Only the user of this process may read it. It remembers that the disk refused a write: this is no failure of
/// the broker, and no message leaves a queue after it.
/// </summary>
internal sealed class ExportFile(string path, FileStreamOptions options) : FileStream(path, options)
{
    private const int WriteBuffer = 64 * 1024;

    /// <summary>Why the disk did not take all of it; null while it does.</summary>
    public IOException? Refusal { get; private set; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
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
            // All needed bytes were flushed before. The rest is not needed.
        }
    }
}
