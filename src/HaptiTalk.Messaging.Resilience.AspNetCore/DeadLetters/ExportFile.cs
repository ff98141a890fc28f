namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes files for messages: what is in them is for this process's user alone.</summary>
internal static class ExportFile
{
    private const int BufferSize = 64 * 1024;

    /// <exception cref="IOException">There is no writing there.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no writing there.</exception>
    public static FileStream Create(string path, FileOptions more = FileOptions.None)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = BufferSize,
            Options = FileOptions.Asynchronous | more,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
