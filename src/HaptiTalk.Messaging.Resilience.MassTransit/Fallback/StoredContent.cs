using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Internals;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Tells which messages carry <see cref="MessageData{T}"/>, at any depth: a reference instead of the content.</summary>
internal sealed class StoredContent
{
    private readonly ConcurrentDictionary<Type, bool> _known = new();

    public bool IsIn(Type message) => _known.GetOrAdd(message, static message => IsIn(message, []));

    private static bool IsIn(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return false;

        if (type.ClosesType(typeof(MessageData<>)))
            return true;

        // Of lists, maps and the like only what is in them counts.
        IEnumerable<Type> parts = type.IsArray ? [type.GetElementType()!]
            : type.IsGenericType && IsOfSystem(type) ? type.GetGenericArguments()
            : IsOfSystem(type) ? []
            : type.GetAllProperties().Select(static property => property.PropertyType);
        return parts.Any(part => IsIn(part, seen));
    }

    private static bool IsOfSystem(Type type) => type.Namespace is "System" || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) is true;
}
