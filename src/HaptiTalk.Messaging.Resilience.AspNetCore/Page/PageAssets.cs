using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The files of the page, as they are embedded into this assembly.</summary>
internal sealed class PageAssets
{
    public const string Index = "index.html";

    // See the project file: the resources are named after their place below Page/Site.
    private const string Prefix = "page/";

    private readonly FrozenDictionary<string, PageAsset> _assets;

    private PageAssets(IEnumerable<KeyValuePair<string, PageAsset>> assets) => _assets = assets.ToFrozenDictionary(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, PageAsset>> All => _assets;

    /// <summary>The file at a path, with slashes; null when there is none.</summary>
    public PageAsset? Find(string path) => _assets.GetValueOrDefault(path);

    public static PageAssets Load()
    {
        Assembly assembly = typeof(PageAssets).Assembly;
        var types = new FileExtensionContentTypeProvider();
        return new(
            from name in assembly.GetManifestResourceNames()
            where name.StartsWith(Prefix, StringComparison.Ordinal)
            select KeyValuePair.Create(name[Prefix.Length..], Read(assembly, name, types)));
    }

    private static PageAsset Read(Assembly assembly, string name, FileExtensionContentTypeProvider types)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        if (!types.TryGetContentType(name, out string? type))
            throw new InvalidOperationException($"'{name}' has an ending that no content type belongs to.");

        string tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        return new(content, type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type, new($"\"{tag}\""));
    }
}
