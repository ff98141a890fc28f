namespace HaptiTalk.Documentation.Tests;

/// <summary>A table's cells, without the row of dashes.</summary>
internal sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public static Table From(IEnumerable<string> lines)
    {
        IReadOnlyList<string>[] rows = [.. lines.Select(CellsOf)];
        return new(rows[0], [.. rows.Skip(2)]);
    }

    /// <summary>The named columns of every row, in one text each.</summary>
    public IEnumerable<string> Select(params string[] columns)
    {
        int[] indexes = [.. columns.Select(column => Header.Index().Single(cell => cell.Item == column).Index)];
        return Rows.Select(row => string.Join(" | ", indexes.Select(index => row[index])));
    }

    private static IReadOnlyList<string> CellsOf(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
}
