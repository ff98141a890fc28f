using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A file that a test takes the right to read away from, which on a disk depends on who runs the tests.</summary>
internal sealed class ClosableFile(string text) : IFileProvider, IFileInfo, IDisposable
{
    private string? _text = text;
    private CancellationTokenSource _changed = new();

    public bool Exists => true;

    public bool IsDirectory => false;

    public DateTimeOffset LastModified => default;

    public long Length => -1;

    public string Name => "appsettings.json";

    public string? PhysicalPath => null;

    /// <summary>Writes another text, or none that can be read, and says so.</summary>
    public void Change(string? text)
    {
        _text = text;
        CancellationTokenSource changed = _changed;
        _changed = new();

        // What .NET's own reader throws ends up with the one that watches the disk, which takes no notice of it.
        Record.Exception(changed.Cancel);
    }

    public Stream CreateReadStream() => new MemoryStream(Encoding.UTF8.GetBytes(_text ?? throw new UnauthorizedAccessException("No right to it.")));

    public void Dispose() => _changed.Dispose();

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IFileInfo GetFileInfo(string subpath) => this;

    public IChangeToken Watch(string filter) => new CancellationChangeToken(_changed.Token);
}
