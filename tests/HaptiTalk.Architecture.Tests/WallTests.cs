namespace HaptiTalk.Architecture.Tests;

/// <summary>The walls between the projects of src hold, in what the project files say and in what was compiled.</summary>
public sealed class WallTests
{
    private const string Ours = "HaptiTalk.";

    public static TheoryData<string> Projects => [.. Wall.All.Select(wall => wall.Project)];

    [Fact]
    public void SourceProjects_OfTheTree_AllHaveTheirWall() =>
        Repository.SourceProjects.Select(project => project.Name).ShouldBe(Wall.All.Select(wall => wall.Project), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_OfTheProjectFile_AreThoseOfTheWall(string project) =>
        Repository.SourceProject(project).ProjectReferences.ShouldBe(Wall.Of(project).Projects, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void PackageReferences_OfTheProjectFile_AreAllowed(string project)
    {
        Wall wall = Wall.Of(project);

        Repository.SourceProject(project).PackageReferences.Where(package => !wall.Allows(package)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfTheCompiledAssembly_AreAllowed(string project)
    {
        Wall wall = Wall.Of(project);
        string[] ours = [.. Reachable(wall).Select(reachable => Repository.SourceProject(reachable).AssemblyName)];

        IReadOnlyList<string> used = CompiledAssembly.Read(Repository.SourceProject(project)).References;

        used.ShouldNotBeEmpty();
        used.Where(name => !IsDotNet(name) && !wall.Allows(name) && !ours.Contains(name, StringComparer.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void ProjectFiles_OfSource_DoNotKnowTheConsumers()
    {
        HashSet<string> consumers = [.. Repository.Files("consumers", "*.csproj").Select(file => Path.GetFileNameWithoutExtension(file)!)];

        consumers.ShouldNotBeEmpty();
        Repository.SourceProjects
            .SelectMany(project => CompiledAssembly.Read(project).References.Concat(project.ProjectReferences))
            .Where(name => name.StartsWith(Ours, StringComparison.Ordinal))
            .Intersect(consumers, StringComparer.Ordinal)
            .ShouldBeEmpty();
    }

    // A reference of a reference is visible too; the wall stands where the chain ends.
    private static IEnumerable<string> Reachable(Wall wall) =>
        wall.Projects.Concat(wall.Projects.SelectMany(project => Reachable(Wall.Of(project))));

    private static bool IsDotNet(string assembly) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, assembly + ".dll"));
}
