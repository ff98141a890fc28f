namespace HaptiTalk.Documentation.Tests;

public sealed class SampleTests
{
    private const string Marker = "sample ";

    private static readonly IReadOnlyList<CodeBlock> Blocks =
        [.. CodeBlock.AllIn("csharp").Where(block => block.Marker.StartsWith(Marker, StringComparison.Ordinal))];

    public static TheoryData<string> All => [.. Blocks.Select(block => block.Location)];

    [Theory]
    [MemberData(nameof(All))]
    public void Block_OfASample_StandsInTheFileThatIsTested(string location)
    {
        CodeBlock block = Blocks.Single(block => block.Location == location);

        string file = File.ReadAllText(Repository.PathOf($"tests/HaptiTalk.Documentation.Tests/Samples/{block.Marker[Marker.Length..]}"));

        file.ReplaceLineEndings("\n").ShouldContain(block.Code);
    }
}
