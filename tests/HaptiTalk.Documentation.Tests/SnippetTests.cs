namespace HaptiTalk.Documentation.Tests;

public sealed class SnippetTests
{
    // A sample is compiled where it is tested.
    private static readonly IReadOnlyList<CodeBlock> Blocks = [.. CodeBlock.AllIn("csharp").Where(block => !block.Marker.StartsWith("sample ", StringComparison.Ordinal))];

    public static TheoryData<string> All => [.. Blocks.Select(block => block.Location)];

    [Theory]
    [MemberData(nameof(All))]
    public void Snippet_InItsSurroundings_Compiles(string location)
    {
        CodeBlock block = Blocks.Single(block => block.Location == location);

        SnippetCompiler.Compile(Surroundings.PutAround(block), TestContext.Current.CancellationToken).ShouldBeEmpty();
    }

    [Fact]
    public void Snippet_WithAMistake_DoesNotCompile() =>
        SnippetCompiler.Compile("class Snippet { int Number => \"text\"; }", TestContext.Current.CancellationToken).ShouldNotBeEmpty();
}
