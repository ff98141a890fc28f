using System.Diagnostics;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Finds the place in the host's own code where an exception came from.</summary>
/// <param name="libraries">What transports say of their own assemblies.</param>
internal sealed partial class HostFrames(IEnumerable<LibraryAssemblies> libraries)
{
    private static readonly string[] Ours =
        ["HaptiTalk.Messaging.Resilience", "HaptiTalk.Messaging.Resilience.RabbitMq", "HaptiTalk.Messaging.Resilience.AspNetCore"];

    private readonly string[] _prefixes =
        [.. new[] { "System", "Microsoft", "Polly", "mscorlib", "netstandard" }.Concat(libraries.SelectMany(static library => library.Prefixes))];

    private readonly string[] _own = [.. Ours.Concat(libraries.SelectMany(static library => library.Adapters))];

    /// <summary>For example <c>Shop.Orders.OrderPlacedConsumer.Consume</c>; null where it has not come through any.</summary>
    public string? In(Exception exception)
    {
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: false).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame) is { DeclaringTypeName: { } type } method && IsHosts(method.DeclaringAssemblyName))
                return RemoteText.Clean(NameOf(type, method.Name));
        }

        return null;
    }

    // What the compiler made of an asynchronous method, a lambda or a local function has the written name in angle brackets.
    [GeneratedRegex(@"<(?<name>\w+)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex MangledName { get; }

    private static string NameOf(string type, string method)
    {
        int made = type.IndexOf("+<", StringComparison.Ordinal);
        (string written, string rest) = made < 0 ? (type, method) : (type[..made], $"{type[made..]}.{method}");
        Match name = MangledName.Match(rest);
        return $"{written.Replace('+', '.')}.{(name.Success ? name.Groups["name"].Value : method)}";
    }

    private bool IsHosts(string? assembly)
    {
        string name = assembly?.Split(',')[0] ?? string.Empty;
        return !Array.Exists(_prefixes, foreign => name.StartsWith(foreign, StringComparison.Ordinal) && (name.Length == foreign.Length || name[foreign.Length] == '.'))
            && !_own.Contains(name, StringComparer.Ordinal);
    }
}
