using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The configuration's files that could not be read again. .NET announces such a file to nobody: one that it cannot parse takes
/// everything it said away, and only the handler of its source is told; one that it cannot open leaves all as it was, and nobody is.
/// </summary>
internal sealed class UnreadableFiles : IDisposable
{
    // .NET reads a file that has changed after the source's delay; whoever still cannot open it then could not before.
    private const int Delays = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<FileConfigurationProvider, (ProfileProblem Problem, IChangeToken Mended)> _files = [];
    private readonly FileConfigurationSource[] _sources;
    private readonly List<IDisposable> _watches = [];
    private readonly TimeProvider _clock;
    private readonly Action _noticed;

    /// <param name="configuration">What the profiles are read from; only a root knows its files.</param>
    /// <param name="clock">The time.</param>
    /// <param name="noticed">Called after a file could not be read.</param>
    public UnreadableFiles(IConfiguration configuration, TimeProvider clock, Action noticed)
    {
        _clock = clock;
        _noticed = noticed;
        FileConfigurationProvider[] providers = [.. ProvidersOf(configuration)];
        _sources = [.. providers.Select(static provider => provider.Source).Distinct()];
        foreach (FileConfigurationSource source in _sources)
            source.OnLoadException += Notice;
        foreach (FileConfigurationProvider provider in providers)
            Watch(provider);
    }

    /// <summary>What cannot be read now; a file that has been read since is none of it.</summary>
    public IReadOnlyList<ProfileProblem> Problems
    {
        get
        {
            lock (_gate)
            {
                foreach ((FileConfigurationProvider provider, (_, IChangeToken mended)) in _files)
                {
                    if (mended.HasChanged)
                        _files.Remove(provider);
                }

                return [.. _files.Values.Select(static file => file.Problem)];
            }
        }
    }

    public void Dispose()
    {
        foreach (FileConfigurationSource source in _sources)
            source.OnLoadException -= Notice;
        _watches.ForEach(static watch => watch.Dispose());
    }

    private void Notice(FileLoadExceptionContext context)
    {
        // Where the host says so, such a file counts as an empty one.
        if (!context.Ignore)
            Notice(context.Provider, context.Exception);
    }

    private void Notice(FileConfigurationProvider provider, Exception failure)
    {
        string path = FileOf(provider)?.PhysicalPath ?? provider.Source.Path ?? "a configuration file";
        string why = failure.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
        lock (_gate)
            _files[provider] = (new(path, Value: null, $"cannot be read: {why}."), provider.GetReloadToken());
        _noticed();
    }

    private void Watch(FileConfigurationProvider provider)
    {
        if (provider.Source is not { ReloadOnChange: true, FileProvider: { } files, Path: { } path } source)
            return;

        ITimer look = _clock.CreateTimer(_ => Open(provider), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watches.Add(look);
        _watches.Add(ChangeToken.OnChange(
            () => files.Watch(path), () => look.Change(TimeSpan.FromMilliseconds(Delays * source.ReloadDelay), Timeout.InfiniteTimeSpan)));
    }

    private void Open(FileConfigurationProvider provider)
    {
        try
        {
            if (FileOf(provider) is { Exists: true } file)
                file.CreateReadStream().Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Notice(provider, failure);
        }
    }

    private static IFileInfo? FileOf(FileConfigurationProvider provider) => provider.Source.FileProvider?.GetFileInfo(provider.Source.Path ?? string.Empty);

    private static IEnumerable<FileConfigurationProvider> ProvidersOf(IConfiguration configuration) =>
        (configuration as IConfigurationRoot)?.Providers.SelectMany(static provider => provider switch
        {
            FileConfigurationProvider file => [file],
            ChainedConfigurationProvider chained => ProvidersOf(chained.Configuration),
            _ => [],
        }) ?? [];
}
