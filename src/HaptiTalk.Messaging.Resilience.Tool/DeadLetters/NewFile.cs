namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>A new file, or the output for <c>-</c>. An existing file is never overwritten.</summary>
internal sealed class NewFile(Stream stream, string name, string? path) : IAsyncDisposable
{
    public const string Standard = "-";

    public Stream Stream => stream;

    public string Name => name;

    /// <summary>Whether it is the output: nothing else may be written there.</summary>
    public bool IsOutput => path is null;

    /// <exception cref="IOException">It exists, or cannot be made, or is a terminal.</exception>
    public static NewFile Open(string file, ToolEnvironment environment)
    {
        if (file == Standard)
        {
            return environment.IsOutputTerminal
                ? throw new IOException("A body could control the terminal, so it is not written there. Redirect the output, or name a file.")
                : new(environment.OpenOutput(), "the output", path: null);
        }

        string path = Path.Combine(environment.Folder, file);
        if (File.Exists(path))
            throw new IOException($"'{file}' exists, and is not written over. Name a new file.");
        return new(Create(path), $"'{file}'", path);
    }

    /// <param name="isNeeded">Whether to keep the file; otherwise it is removed. The output cannot be removed.</param>
    public async Task CloseAsync(bool isNeeded)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException) when (!isNeeded)
        {
            // The disk is full. The file is not needed.
        }

        if (!isNeeded && path is not null)
            File.Delete(path);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    // Only users who may read the queue may read its messages. On Windows the folder decides.
    private static FileStream Create(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
