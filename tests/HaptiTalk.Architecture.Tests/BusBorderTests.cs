namespace HaptiTalk.Architecture.Tests;

/// <summary>The core knows no bus, and what it has for one is enough for anybody's.</summary>
public sealed class BusBorderTests
{
    private const string Core = "HaptiTalk.Messaging.Resilience";
    private const string Proof = $"{Core}.Transport.Tests";
    private const int MostLines = 299;

    private static string ProofFolder => Path.Combine("tests", Proof);

    [Fact]
    public void Files_OfTheCore_NameNoBus()
    {
        IReadOnlyList<string> files = Repository.Files(Path.Combine("src", Core), "*.cs");

        files.ShouldNotBeEmpty();
        files.Where(static file => File.ReadAllText(Path.Combine(Repository.Root, file)).Contains("MassTransit", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public void AdapterWithoutABus_IsShortAndUsesTheCoreAlone()
    {
        int lines = Repository.Files(ProofFolder, "*.cs").Sum(static file => File.ReadLines(Path.Combine(Repository.Root, file)).Count());
        Project proof = Project.Read(Path.Combine(Repository.Root, ProofFolder, $"{Proof}.csproj"));

        lines.ShouldBeInRange(1, MostLines);
        proof.ProjectReferences.ShouldBe([Core, $"{Core}.Brokers"], ignoreOrder: true);
        proof.PackageReferences.ShouldNotContain(static package => package.Contains("MassTransit", StringComparison.Ordinal));
        CompiledAssembly.Read(Repository.SourceProject(Core)).Friends.ShouldNotContain(Proof);
    }
}
