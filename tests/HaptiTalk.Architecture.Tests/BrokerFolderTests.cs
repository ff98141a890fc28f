using System.Text.RegularExpressions;

namespace HaptiTalk.Architecture.Tests;

/// <summary>The broker's side knows connections, names and confirms. What is done with dead letters stands beside it, and not in it.</summary>
public sealed partial class BrokerFolderTests
{
    private const string Project = "src/HaptiTalk.Messaging.Resilience.RabbitMq";

    [Fact]
    public void Brokers_OfTheRabbitMqProject_NameNoTypeOfDeadLetters()
    {
        HashSet<string> deadLetters = [.. Texts("DeadLetters").SelectMany(static file => Declared.Matches(file.Text)).Select(static match => match.Groups["name"].Value)];
        IReadOnlyList<(string File, string Text)> brokers = Texts("Brokers");

        deadLetters.Count.ShouldBeGreaterThan(50);
        brokers.Count.ShouldBeGreaterThan(5);
        brokers.SelectMany(file => Word.Matches(file.Text).Select(static match => match.Value).Distinct(StringComparer.Ordinal)
                .Where(word => deadLetters.Contains(word) || word.Contains("DeadLetter", StringComparison.Ordinal))
                .Select(word => $"{file.File} names {word}"))
            .ShouldBeEmpty();
    }

    private static IReadOnlyList<(string File, string Text)> Texts(string folder) =>
        [.. Repository.Files($"{Project}/{folder}", "*.cs").Select(static file => (file, File.ReadAllText(Path.Combine(Repository.Root, file))))];

    // Types of a file's own, not those within others: these are private and may be called as they like.
    [GeneratedRegex(@"^(?:public|internal) [\w ]*?\b(?:class|record struct|record|struct|enum|interface) (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Declared { get; }

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Word { get; }
}
