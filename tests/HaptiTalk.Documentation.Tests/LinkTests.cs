namespace HaptiTalk.Documentation.Tests;

public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.PagePaths];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_RelativeLinks_LeadSomewhere(string page) =>
        RelativeLinksOf(page).Where(link => !Exists(page, link)).ShouldBeEmpty();

    [Fact]
    public void Readme_Links_LeadToEveryPage()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var ahead = new Queue<string>(["README.md"]);
        while (ahead.TryDequeue(out string? page))
        {
            if (!reached.Add(page))
                continue;
            foreach (string target in RelativeLinksOf(page).Select(link => TargetOf(page, link)).Where(IsPage))
                ahead.Enqueue(target);
        }

        Repository.PagePaths.Except(reached, StringComparer.Ordinal).ShouldBe(["CHANGELOG.md"]);
    }

    private static IEnumerable<string> RelativeLinksOf(string page) =>
        MarkdownPage.Read(page).Links.Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static bool Exists(string page, string link)
    {
        string target = TargetOf(page, link);
        if (!Path.Exists(Repository.PathOf(target)))
            return false;

        return link.Split('#', 2) is not [_, var anchor]
            || (IsPage(target) && MarkdownPage.Read(target).Headings.Any(heading => heading.Anchor == anchor));
    }

    private static string TargetOf(string page, string link)
    {
        string file = link.Split('#')[0];
        return file.Length == 0 ? page : Repository.RelativePathOf(Repository.PathOf(Path.Combine(Path.GetDirectoryName(page)!, file)));
    }

    private static bool IsPage(string path) => path.EndsWith(".md", StringComparison.Ordinal);
}
