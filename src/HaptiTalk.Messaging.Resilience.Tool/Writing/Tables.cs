using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Tables of text from outside. No text is markup, and no text controls the terminal.</summary>
internal static class Tables
{
    public static Table Of(params ReadOnlySpan<TableColumn> columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (TableColumn column in columns)
            table.AddColumn(column);
        return table;
    }

    /// <summary>A column of text that may be broken into lines.</summary>
    public static TableColumn Column(string title) => new(new Text(title));

    /// <summary>A column of names, which are not broken.</summary>
    public static TableColumn Name(string title) => Column(title).NoWrap();

    /// <summary>A column of numbers.</summary>
    public static TableColumn Number(string title) => Column(title).NoWrap().RightAligned();

    public static void Add(this Table table, params IEnumerable<string?> cells) => table.AddRow(cells.Select(static cell => new Text(Printable.Line(cell))));

    /// <summary>The same table with a line for each value and an empty line after each row.</summary>
    public static Table Upright(Table table)
    {
        Table upright = Pairs();
        upright.Caption = table.Caption;
        foreach (TableRow row in table.Rows)
        {
            for (int column = 0; column < table.Columns.Count; column++)
                upright.AddRow(table.Columns[column].Header, row[column]);
            upright.AddEmptyRow();
        }

        return upright;
    }

    /// <summary>Names and values without a border; what has no value is left out.</summary>
    public static Table Facts(params IEnumerable<(string Name, string? Value)> facts)
    {
        Table table = Pairs();
        foreach ((string name, string? value) in facts)
        {
            if (value is not null)
                table.AddRow(new Text(Printable.Line(name)), new Text(Printable.Lines(value)));
        }

        return table;
    }

    private static Table Pairs() => new Table().Border(TableBorder.None).HideHeaders().AddColumn(new TableColumn("").NoWrap()).AddColumn("");
}
