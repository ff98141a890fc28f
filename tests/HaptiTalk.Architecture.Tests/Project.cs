using System.Xml.Linq;

namespace HaptiTalk.Architecture.Tests;

/// <summary>What a project file says it uses.</summary>
internal sealed record Project(
    string Name, string Folder, string AssemblyName, IReadOnlyList<string> ProjectReferences, IReadOnlyList<string> PackageReferences)
{
    /// <summary>Where its public API is tracked: a second build of another project's source has that project's.</summary>
    public string ApiFolder { get; private init; } = Folder;

    public static Project Read(string path)
    {
        XDocument file = XDocument.Load(path);
        string name = Path.GetFileNameWithoutExtension(path);
        return new(
            name,
            Path.GetDirectoryName(path)!,
            file.Descendants("AssemblyName").SingleOrDefault()?.Value ?? name,
            [.. Includes(file, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            [.. Includes(file, "PackageReference")])
        {
            ApiFolder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file.Descendants("AdapterSource").SingleOrDefault()?.Value ?? "")),
        };
    }

    private static IEnumerable<string> Includes(XDocument file, string item) =>
        file.Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();
}
