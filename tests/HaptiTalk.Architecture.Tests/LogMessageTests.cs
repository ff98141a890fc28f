namespace HaptiTalk.Architecture.Tests;

/// <summary>What the framework logs: one number for one line, and sentences that end.</summary>
public sealed class LogMessageTests
{
    private static readonly LogMessage[] All =
        [.. Repository.Files("src", "*.csproj").Where(static project => !project.Contains(".Tool", StringComparison.Ordinal) && !project.Contains(".MassTransit9", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).SelectMany(name => LogMessage.ReadAll(name!))];

    [Fact]
    public void Ids_OfAllAssemblies_AreUnique()
    {
        All.Length.ShouldBeGreaterThan(20);
        All.GroupBy(message => message.Id)
            .Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(message => $"{message.Assembly} {message.Method}"))}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Texts_OfAllAssemblies_AreSentencesOnOneLine()
    {
        // A value at the end is a sentence of somebody else's.
        All.Where(message => message.Text is not [.., '.' or '}'] || message.Text.Contains("..") || message.Text.Any(char.IsControl) || !StartsWell(message.Text))
            .ShouldBeEmpty();
    }

    private static bool StartsWell(string text) => char.IsUpper(text[0]) || text[0] is '{' or '\'';
}
