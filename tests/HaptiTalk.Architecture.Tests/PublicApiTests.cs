namespace HaptiTalk.Architecture.Tests;

/// <summary>Every project of src tracks its public API, so that a change of it shows in a diff.</summary>
public sealed class PublicApiTests
{
    private const string Header = "#nullable enable";
    private static readonly string[] Files = ["PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt"];

    public static TheoryData<string> Projects => [.. Repository.SourceProjects.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void PublicTypes_OfTheCompiledAssembly_AreTracked(string project)
    {
        Project source = Repository.SourceProject(project);
        string[] tracked = [.. Files.SelectMany(file => File.ReadAllLines(Path.Combine(source.ApiFolder, file)))];

        CompiledAssembly.Read(source).PublicTypes.Where(type => !tracked.Any(line => Declares(line, type))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void TrackingFiles_OfTheProject_TrackNullability(string project)
    {
        foreach (string file in Files)
            File.ReadLines(Path.Combine(Repository.SourceProject(project).ApiFolder, file)).FirstOrDefault().ShouldBe(Header, file);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Exceptions_OfThePublicSurface_CanBeBuiltByUsers(string project)
    {
        string[] tracked = [.. Files.SelectMany(file => File.ReadAllLines(Path.Combine(Repository.SourceProject(project).ApiFolder, file)))];

        // A test of theirs has to throw what their code catches, and to hand out what their code is handed.
        CompiledAssembly.Read(Repository.SourceProject(project)).PublicTypes
            .Where(type => IsCaughtOrReceived(type) && !tracked.Any(line => Builds(line, type)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Analyzer_OfTrackedApis_IsOnForAllOfSource()
    {
        string properties = File.ReadAllText(Path.Combine(Repository.Root, "src", "Directory.Build.props"));

        properties.ShouldContain("PackageReference Include=\"Microsoft.CodeAnalysis.PublicApiAnalyzers\"");
        foreach (string file in Files)
            properties.ShouldContain($"AdditionalFiles Include=\"{file}\"");
    }

    [Fact]
    public void Analyzer_OfTrackedApis_IsNowhereSilenced()
    {
        string[] settings =
        [
            ".editorconfig", "Directory.Build.props", .. Repository.Files("src", ".editorconfig"),
            .. Repository.Files("src", "*.props"), .. Repository.Files("src", "*.csproj"), .. Repository.Files("src", "*.cs"),
        ];

        settings.Where(file => IsSilenced(File.ReadAllText(Path.Combine(Repository.Root, file)))).ShouldBeEmpty();
    }

    private static bool IsSilenced(string text) =>
        text.Contains("RS0016", StringComparison.Ordinal) || text.Contains("RS0017", StringComparison.Ordinal);

    // The family's base is abstract.
    private static bool IsCaughtOrReceived(string type) =>
        (type.EndsWith("Exception", StringComparison.Ordinal) && !type.EndsWith(".RejectedException", StringComparison.Ordinal))
        || type.EndsWith("Context", StringComparison.Ordinal);

    private static bool Builds(string line, string type) =>
        line.StartsWith(type, StringComparison.Ordinal) && line.Contains($".{type.Split('.')[^1]}(", StringComparison.Ordinal);

    private static bool Declares(string line, string type) =>
        line.StartsWith(type, StringComparison.Ordinal) && (line.Length == type.Length || line[type.Length] == '<');
}
