using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using HaptiTalk.Messaging.Resilience.Tool;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The page of the command line says what there is, and all of it.</summary>
public sealed class ToolTests
{
    private const string Name = "haptitalk-resilience ";

    private static readonly MarkdownPage Page = MarkdownPage.Read("docs/tool.md");
    private static readonly RootCommand Root = CommandLine.Create(new()
    {
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        Input = TextReader.Null,
        OpenInput = static () => Stream.Null,
        OpenOutput = static () => Stream.Null,
        Folder = "",
    });

    private static readonly Command DeadLetters = Root.Subcommands.Single(command => command.Name == "dead-letters");
    private static readonly Option[] Everywhere = [.. DeadLetters.Options.Where(option => option.Recursive)];

    private static readonly Option[] Filters = [.. Command("search").Options.Where(option =>
        ((string[])["replay", "discard", "export"]).All(other => Command(other).Options.Any(same => same.Name == option.Name)))];

    public static TheoryData<string> Examples => [.. Repository.PagePaths.SelectMany(page => MarkdownPage.Read(page).CodeBlocks)
        .Where(block => block.Language == "bash")
        .SelectMany(block => block.Code.Split('\n'))
        .Where(line => line.StartsWith(Name, StringComparison.Ordinal))];

    [Fact]
    public void Commands_AreThoseThereAre() =>
        Page.TableWith("Command", "What it does").Select("Command")
            .ShouldBe([.. DeadLetters.Subcommands.Select(command => $"`dead-letters {Usage(command)}`"), .. Root.Subcommands.Except([DeadLetters]).Select(command => $"`{Usage(command)}`")]);

    [Fact]
    public void OptionsOfEveryCommand_AreThoseThereAre() =>
        Page.TableWith("Option of every command").Select("Option of every command", "Value", "Default").ShouldBe(Everywhere.Select(Row));

    [Fact]
    public void Filters_AreThoseThatAllFourCommandsHave() =>
        Page.TableWith("Filter").Select("Filter", "Value").ShouldBe(Filters.Select(filter => $"`{filter.Name}` | `{filter.HelpName}`"));

    [Fact]
    public void Options_AreThoseOfEachCommand() =>
        Page.TableWith("Command", "Option").Select("Command", "Option", "Value", "Default").ShouldBe(
            DeadLetters.Subcommands.SelectMany(command => command.Options.Where(option => option is not HelpOption && !IsFilter(command, option)).Select(option => $"`{command.Name}` | {Row(option)}")),
            ignoreOrder: true);

    [Fact]
    public void ExitCodes_AreThoseThereAre() =>
        Page.TableWith("Exit code").Select("Exit code", "Meaning").ShouldBe(ExitCode.All.Select(code => $"{code.Code} | {code.Meaning}"));

    [Fact]
    public void Settings_AreThoseThatAreRead()
    {
        string text = File.ReadAllText(Repository.PathOf("docs/tool.md"));

        foreach (string name in (string[])[ConnectionChoice.BrokerVariable, ConnectionChoice.ManagementVariable, SettingsFile.Default, SettingsFile.ManagementKey, .. SettingsFile.BrokerKeys])
            text.ShouldContain($"`{name}`");
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_OfAllPages_AreUnderstood(string line) =>
        Root.Parse(CommandLineParser.SplitCommandLine(line[Name.Length..]).ToArray()).Errors.Select(error => error.Message).ShouldBeEmpty();

    private static Command Command(string name) => DeadLetters.Subcommands.Single(command => command.Name == name);

    private static bool IsFilter(Command command, Option option) =>
        command.Name is "search" or "replay" or "discard" or "export" && Filters.Any(filter => filter.Name == option.Name);

    private static string Usage(Command command) => string.Join(' ', command.Arguments.Select(Usage).Prepend(command.Name));

    private static string Usage(Argument argument)
    {
        string usage = $"<{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{usage}]" : usage;
    }

    private static string Row(Option option) =>
        $"`{option.Name}` | {(option.ValueType == typeof(bool) ? "–" : $"`{option.HelpName}`")} | {(option.HasDefaultValue && option.ValueType != typeof(bool) ? Text(option.GetDefaultValue()!) : "–")}";

    private static string Text(object value) => value switch
    {
        TimeSpan { TotalDays: >= 1 } days => $"{days.TotalDays}d",
        TimeSpan seconds => $"{seconds.TotalSeconds}s",
        long bytes => $"{bytes >> 20}MiB",
        _ => value.ToString()!,
    };
}
