namespace HaptiTalk.Documentation.Tests;

public sealed class KoreanReadmeTests
{
    private static readonly MarkdownPage English = MarkdownPage.Read("README.md");
    private static readonly MarkdownPage Korean = MarkdownPage.Read("README.ko.md");

    [Fact]
    public void Headings_AreAsManyOnEveryLevel() =>
        Korean.Headings.Select(heading => heading.Level).ShouldBe(English.Headings.Select(heading => heading.Level));

    [Fact]
    public void CodeBlocks_AreTheSame() =>
        Korean.CodeBlocks.Select(Content).ShouldBe(English.CodeBlocks.Select(Content));

    [Fact]
    public void Tables_HaveTheSameSizeAndNumbers()
    {
        Korean.Tables.Select(Size).ShouldBe(English.Tables.Select(Size));
        Korean.Tables.SelectMany(Numbers).ShouldBe(English.Tables.SelectMany(Numbers));
    }

    [Fact]
    public void Links_LeadToTheSamePages() =>
        Korean.Links.Where(IsNoTranslation).Distinct(StringComparer.Ordinal)
            .ShouldBe(English.Links.Where(IsNoTranslation).Distinct(StringComparer.Ordinal), ignoreOrder: true);

    private static (string Language, string Marker, string Code) Content(CodeBlock block) => (block.Language, block.Marker, block.Code);

    private static (int Columns, int Rows) Size(Table table) => (table.Header.Count, table.Rows.Count);

    private static IEnumerable<string> Numbers(Table table) => table.Rows.SelectMany(row => row).Where(cell => cell.Any(char.IsDigit));

    private static bool IsNoTranslation(string link) => !link.StartsWith("README", StringComparison.Ordinal);
}
