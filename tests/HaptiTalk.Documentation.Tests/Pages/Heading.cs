namespace HaptiTalk.Documentation.Tests;

/// <summary>A heading; level 1 is the page's title.</summary>
internal sealed record Heading(int Level, string Text)
{
    /// <summary>What a link's fragment calls it.</summary>
    public string Anchor => string.Concat(Text.ToLowerInvariant()
        .Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')
        .Select(letter => letter == ' ' ? '-' : letter));

    public static Heading From(string line)
    {
        string text = line.TrimStart('#');
        return new(line.Length - text.Length, text.Trim());
    }
}
