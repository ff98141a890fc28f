namespace HaptiTalk.Architecture.Tests;

/// <summary>Files stay small, and names say what is in them.</summary>
public sealed class ShapeTests
{
    private const int LongestFile = 250;

    // Each of them means "whatever did not fit elsewhere", and grows.
    private static readonly string[] EmptyNames =
        ["Common", "Shared", "Util", "Utils", "Utilities", "Manager", "Managers", "Helper", "Helpers", "Abstractions"];

    [Fact]
    public void Files_OfSource_AreShort()
    {
        IReadOnlyList<string> files = Repository.Files("src", "*.cs");

        files.ShouldNotBeEmpty();
        files.Select(file => (file, lines: File.ReadLines(Path.Combine(Repository.Root, file)).Count()))
            .Where(found => found.lines > LongestFile)
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("src")]
    [InlineData("consumers")]
    [InlineData("tests")]
    public void Names_OfFoldersAndFiles_SayWhatIsInThem(string folder)
    {
        IReadOnlyList<string> files = Repository.Files(folder, "*.cs");

        files.ShouldNotBeEmpty();
        files.Where(SaysNothing).ShouldBeEmpty();
    }

    private static bool SaysNothing(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar);
        string file = Path.GetFileNameWithoutExtension(parts[^1]);
        return parts[..^1].SelectMany(segment => segment.Split('.')).Intersect(EmptyNames, StringComparer.OrdinalIgnoreCase).Any()
            || EmptyNames.Any(name => file.EndsWith(name, StringComparison.Ordinal));
    }
}
