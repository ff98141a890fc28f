using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What types are called wherever a person reads or writes it: as in C#, <c>Envelope&lt;GetUser&gt;</c>.</summary>
internal static partial class TypeNames
{
    private static readonly char[] Digits = [.. "0123456789"];

    /// <summary>Without namespaces.</summary>
    public static string Of(Type type) => Write(type, static type => type.Name);

    /// <summary>With namespaces, those of the arguments too.</summary>
    public static string FullOf(Type type) => Write(type, static type => type.FullName ?? type.Name);

    /// <summary>A name that has namespaces, without them.</summary>
    public static string WithoutNamespaces(string name) => Namespaces.Replace(name, string.Empty);

    /// <summary>A name without the arguments, for all of a generic type's.</summary>
    public static string WithoutArguments(string name)
    {
        int arguments = name.IndexOf('<', StringComparison.Ordinal);
        return arguments < 0 ? name : name[..arguments];
    }

    [GeneratedRegex(@"(?:\w+\.)+(?=\w)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Namespaces { get; }

    private static string Write(Type type, Func<Type, string> nameOf)
    {
        if (type.GetElementType() is { } element && type.IsArray)
            return Write(element, nameOf) + "[]";
        if (!type.IsGenericType)
            return nameOf(type);

        // "Outer`1+Inner`1": those of what it stands in are among its own arguments.
        string own = string.Concat(nameOf(type.GetGenericTypeDefinition()).Split('`').Select(static (part, index) => index == 0 ? part : part.TrimStart(Digits)));
        return $"{own}<{string.Join(",", type.GetGenericArguments().Select(argument => Write(argument, nameOf)))}>";
    }
}
