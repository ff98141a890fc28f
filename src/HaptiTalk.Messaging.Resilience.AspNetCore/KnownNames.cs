using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Finds what a caller names, as it is really written, or says what there is.</summary>
internal sealed class KnownNames(IMessagingResilience resilience)
{
    /// <summary>A service with settings of its own.</summary>
    public bool TryFindProfile(string written, [NotNullWhen(true)] out string? service, [NotNullWhen(false)] out IResult? problem) =>
        TryFind(written, "There is no profile", resilience.GetHostSnapshot().Profiles, out service, out problem);

    /// <summary>A service with settings of its own, or one that has run something without.</summary>
    public bool TryFindService(string written, [NotNullWhen(true)] out string? service, [NotNullWhen(false)] out IResult? problem) =>
        TryFind(
            written, "There is no service", resilience.GetHostSnapshot().Profiles.Concat(resilience.GetSnapshot().Select(static used => used.Service)), out service, out problem);

    /// <summary>An operation that has settings of its own or has run; null, where none is asked for, is always found.</summary>
    public bool TryFindOperation(string service, string? written, out string? operation, [NotNullWhen(false)] out IResult? problem)
    {
        (operation, problem) = (null, null);
        return written is null || TryFind(written, $"'{service}' has no operation", OperationsOf(service), out operation, out problem);
    }

    private IEnumerable<string> OperationsOf(string service) => resilience.Describe(service).Operations.Keys.Concat(
        from used in resilience.GetSnapshot()
        where string.Equals(used.Service, service, StringComparison.OrdinalIgnoreCase)
        from operation in used.Operations
        select operation);

    private static bool TryFind(
        string written, string miss, IEnumerable<string> names, [NotNullWhen(true)] out string? found, [NotNullWhen(false)] out IResult? problem)
    {
        string[] known = [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        found = Array.Find(known, name => string.Equals(name, written, StringComparison.OrdinalIgnoreCase));
        problem = found is not null
            ? null
            : Problems.Of(
                StatusCodes.Status404NotFound,
                $"{miss} '{written}'. {(known.Length == 0 ? "So far it has none." : $"Known: {string.Join(", ", known)}.")}");
        return found is not null;
    }
}
