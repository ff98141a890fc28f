namespace HaptiTalk.Architecture.Tests;

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    private const string Solution = "HaptiTalk.Messaging.Resilience.sln";

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Project> SourceProjects { get; } =
        [.. Files("src", "*.csproj").Select(file => Project.Read(Path.Combine(Root, file)))];

    public static Project SourceProject(string name) =>
        SourceProjects.Single(project => string.Equals(project.Name, name, StringComparison.Ordinal));

    /// <summary>What people wrote under a folder: paths relative to the root, without what a build put there.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(segment => segment is "bin" or "obj")),
    ];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No {Solution} above {AppContext.BaseDirectory}.");
    }
}
