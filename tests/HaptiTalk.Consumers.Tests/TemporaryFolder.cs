namespace HaptiTalk.Consumers.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("haptitalk-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
