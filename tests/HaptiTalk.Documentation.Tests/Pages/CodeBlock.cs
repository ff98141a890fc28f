namespace HaptiTalk.Documentation.Tests;

/// <summary>A fenced block.</summary>
/// <param name="Location">Page and line, to find it by.</param>
/// <param name="Language">What the fence says.</param>
/// <param name="Marker">The kind of surroundings that the line above the fence asks for; empty for none.</param>
/// <param name="Code">The content.</param>
internal sealed record CodeBlock(string Location, string Language, string Marker, string Code)
{
    /// <summary>The blocks of all pages in this language.</summary>
    public static IReadOnlyList<CodeBlock> AllIn(string language) =>
        [.. Repository.PagePaths.SelectMany(page => MarkdownPage.Read(page).CodeBlocks).Where(block => block.Language == language)];
}
