namespace HaptiTalk.Architecture.Tests;

/// <summary>The walls between the projects of src hold, in what the project files say and in what was compiled.</summary>
public sealed class LayerTests
{
    private const string Ours = "HaptiTalk.";

    public static TheoryData<string> Projects => [.. LayerRule.All.Select(rule => rule.Project)];

    [Fact]
    public void SourceProjects_OfTheTree_AllHaveTheirRule() =>
        Repository.SourceProjects.Select(project => project.Name).ShouldBe(LayerRule.All.Select(rule => rule.Project), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_OfTheProjectFile_AreThoseOfTheRule(string project) =>
        Repository.SourceProject(project).ProjectReferences.ShouldBe(LayerRule.Of(project).Projects, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void PackageReferences_OfTheProjectFile_AreAllowed(string project)
    {
        LayerRule rule = LayerRule.Of(project);

        Repository.SourceProject(project).PackageReferences.Where(package => !rule.Allows(package)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfTheCompiledAssembly_AreAllowed(string project)
    {
        LayerRule rule = LayerRule.Of(project);
        string[] ours = [.. Reachable(rule).Select(reachable => Repository.SourceProject(reachable).AssemblyName)];

        IReadOnlyList<string> used = CompiledAssembly.Read(Repository.SourceProject(project)).References;

        used.ShouldNotBeEmpty();
        used.Where(name => !IsDotNet(name) && !rule.Allows(name) && !ours.Contains(name, StringComparer.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Internals_OfTheCompiledAssembly_AreShownToNoOtherProject(string project)
    {
        string[] source = [.. Repository.SourceProjects.Select(other => other.AssemblyName)];

        CompiledAssembly.Read(Repository.SourceProject(project)).Friends.Intersect(source, StringComparer.Ordinal).ShouldBeEmpty();
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

    // A reference of a reference is visible too; the rule stands where the chain ends.
    private static IEnumerable<string> Reachable(LayerRule rule) =>
        rule.Projects.Concat(rule.Projects.SelectMany(project => Reachable(LayerRule.Of(project))));

    private static bool IsDotNet(string assembly) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, assembly + ".dll"));
}
