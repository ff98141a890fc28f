using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Documentation.Tests;

public sealed class ProfileTableTests
{
    private static readonly IConfigurationRoot Shipped = new ConfigurationBuilder()
        .AddJsonFile(Repository.PathOf("src/HaptiTalk.Messaging.Resilience/Profiles/shipped.json"))
        .Build();

    [Theory]
    [InlineData("Profiles")]
    [InlineData("Environments")]
    public void Table_Values_AreTheShippedOnes(string section)
    {
        IConfigurationSection[] columns = [.. Shipped.GetSection(section).GetChildren()];
        Table table = MarkdownPage.Read("docs/configuration.md").TableWith([.. columns.Select(column => column.Key)]);

        table.Header.Skip(1).ShouldBe(columns.Select(column => column.Key), ignoreOrder: true);
        CellsOf(table).ShouldBe(columns.SelectMany(CellsOf), ignoreOrder: true);
    }

    private static IEnumerable<string> CellsOf(Table table) =>
        from row in table.Rows
        from cell in row.Zip(table.Header).Skip(1)
        where cell.First != SettingText.None
        select $"{cell.Second} {row[0]} = {cell.First}";

    private static IEnumerable<string> CellsOf(IConfigurationSection column) =>
        from setting in column.AsEnumerable(makePathsRelative: true)
        where setting.Value is not null
        select $"{column.Key} `{setting.Key}` = {SettingText.OfConfigured(setting.Value)}";
}
