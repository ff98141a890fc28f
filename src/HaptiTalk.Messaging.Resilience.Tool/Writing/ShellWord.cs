namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>A word as a shell takes it.</summary>
internal static class ShellWord
{
    public static string Of(string value) =>
        value.Length > 0 && value.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or ',' or ':' or '+' or '/')
            ? value
            : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
