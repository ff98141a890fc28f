namespace HaptiTalk.Documentation.Tests;

/// <summary>The sources these tests were built from.</summary>
internal static class Repository
{
    private const string Solution = "HaptiTalk.Messaging.Resilience.sln";

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>The paths of all pages, from the root.</summary>
    public static IEnumerable<string> PagePaths => Directory.EnumerateFiles(Root, "*.md")
        .Concat(Directory.EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories))
        .Select(RelativePathOf)
        .Order(StringComparer.Ordinal);

    public static string RelativePathOf(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, Solution)) ? folder
        : Directory.GetParent(folder) is { } parent ? FindRoot(parent.FullName)
        : throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {Solution}.");
}
