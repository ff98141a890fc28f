using System.Text.RegularExpressions;

namespace HaptiTalk.Documentation.Tests;

/// <summary>One page, taken apart as far as these tests need it.</summary>
internal sealed partial class MarkdownPage
{
    private const string Fence = "```";

    private readonly List<CodeBlock> _codeBlocks = [];
    private readonly List<Heading> _headings = [];
    private readonly List<Table> _tables = [];
    private readonly List<string> _links = [];

    private MarkdownPage(string path, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
                i = ReadCode(path, lines, i);
            else if (lines[i].StartsWith('|'))
                i = ReadTable(lines, i);
            else if (lines[i].StartsWith('#'))
                _headings.Add(Heading.From(lines[i]));
            else
                ReadLinks(lines[i]);
        }
    }

    public IReadOnlyList<CodeBlock> CodeBlocks => _codeBlocks;

    public IReadOnlyList<Heading> Headings => _headings;

    public IReadOnlyList<Table> Tables => _tables;

    public IReadOnlyList<string> Links => _links;

    /// <param name="relativePath">From the root of the repository.</param>
    public static MarkdownPage Read(string relativePath) => new(relativePath, File.ReadAllLines(Repository.PathOf(relativePath)));

    /// <summary>The one table whose header holds these columns.</summary>
    public Table TableWith(params string[] columns) =>
        Tables.Single(table => columns.All(column => table.Header.Contains(column, StringComparer.Ordinal)));

    private int ReadCode(string path, string[] lines, int start)
    {
        int end = Array.IndexOf(lines, Fence, start + 1);
        if (end < 0)
            throw new FormatException($"{path}:{start + 1}: the block does not end.");

        Match marker = start > 0 ? Marker().Match(lines[start - 1]) : Match.Empty;
        string code = string.Concat(lines[(start + 1)..end].Select(line => line + "\n"));
        _codeBlocks.Add(new($"{path}:{start + 1}", lines[start][Fence.Length..], marker.Groups["kind"].Value, code));
        return end;
    }

    private int ReadTable(string[] lines, int start)
    {
        string[] rows = [.. lines.Skip(start).TakeWhile(line => line.StartsWith('|'))];
        _tables.Add(Table.From(rows));
        foreach (string row in rows)
            ReadLinks(row);
        return start + rows.Length - 1;
    }

    private void ReadLinks(string line) => _links.AddRange(Link().Matches(line).Select(match => match.Groups["target"].Value));

    [GeneratedRegex("^<!-- snippet: (?<kind>.+) -->$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Marker();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
