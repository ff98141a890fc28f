using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The services that have refused something, as a label calls them. Their names may come from other processes: after so many of
/// them all further ones are one, or they would fill the memory here and in whatever collects the metrics.
/// </summary>
internal sealed class RefusalOrigins
{
    public const int Most = 100;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string NameOf(RejectedException refusal, OperationState operation)
    {
        if (!refusal.IsRemote || string.Equals(refusal.Service, operation.Service, StringComparison.OrdinalIgnoreCase))
            return refusal.Service;
        if (_known.TryGetValue(refusal.Service, out string? known))
            return known;
        return _known.Count < Most ? _known.GetOrAdd(refusal.Service, refusal.Service) : OperationLimit.Other;
    }
}
