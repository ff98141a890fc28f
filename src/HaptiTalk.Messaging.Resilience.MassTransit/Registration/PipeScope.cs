using MassTransit;
using MassTransit.Util;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// A part of a bus as it tells about itself when it is probed. Unlike MassTransit's own probe result it keeps the order of the
/// parts, which is the order in which a message meets them.
/// </summary>
internal sealed class PipeScope(string key, CancellationToken cancellationToken) : ProbeContext
{
    private readonly List<PipeScope> _parts = [];
    private readonly Dictionary<string, object> _values = new(StringComparer.OrdinalIgnoreCase);

    public string Key { get; } = key;

    public IReadOnlyList<PipeScope> Parts => _parts;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The filter's type, where this part is a filter.</summary>
    public string? Filter => Key == "filters" ? Text("filterType") : null;

    public static PipeScope Of(IProbeSite site)
    {
        var scope = new PipeScope("", CancellationToken.None);
        site.Probe(scope);
        return scope;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name)?.ToString();

    /// <summary>This part and everything in it.</summary>
    public IEnumerable<PipeScope> All() => _parts.SelectMany(static part => part.All()).Prepend(this);

    public void Add(string key, string value) => _values[key] = value;

    public void Add(string key, object value) => _values[key] = value;

    public void Set(object values) => Set(values is null ? [] : ConvertObject.ToDictionary(values));

    public void Set(IEnumerable<KeyValuePair<string, object>> values)
    {
        foreach ((string name, object value) in values)
            _values[name] = value;
    }

    public ProbeContext CreateScope(string key)
    {
        var scope = new PipeScope(key, cancellationToken);
        _parts.Add(scope);
        return scope;
    }
}
