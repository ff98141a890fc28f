using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A real <c>appsettings.json</c>, watched as a host watches it.</summary>
internal sealed class SettingsFile : IDisposable
{
    private readonly TaskCompletionSource _unparsed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SettingsFile(params string[] settings)
    {
        Write(settings);
        Configuration = new ConfigurationBuilder().SetBasePath(Folder).AddJsonFile(source =>
        {
            source.Path = "appsettings.json";
            source.ReloadOnChange = true;

            // The file is replaced in one step, so there is no half-written one to wait for.
            source.ReloadDelay = 1;
            source.OnLoadException = _ => _unparsed.TrySetResult();
        }).Build();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("haptitalk-").FullName;

    public IConfigurationRoot Configuration { get; }

    /// <summary>Replaces the file with settings below <c>Resilience:Profiles:</c>, each written <c>key=value</c>.</summary>
    public void Write(params IEnumerable<string> settings)
    {
        string[] lines = [.. settings.Select(setting => setting.Split('=', 2)).Select(parts => $"    \"Resilience:Profiles:{parts[0]}\": \"{parts[1]}\"")];
        Replace($"{{\n{string.Join(",\n", lines)}\n}}");
    }

    /// <summary>Replaces the file with something that is no JSON, and waits until it has been read.</summary>
    public Task WriteNonsenseAsync()
    {
        Replace("{ \"Resilience\": ");
        return _unparsed.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        (Configuration as IDisposable)?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Replace(string text)
    {
        string written = Path.Combine(Folder, "written.json");
        File.WriteAllText(written, text);
        File.Move(written, Path.Combine(Folder, "appsettings.json"), overwrite: true);
    }
}
