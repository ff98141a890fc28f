namespace HaptiTalk.Messaging.Resilience;

/// <summary>Shortens a text of a foreign message, for a report.</summary>
internal static class ShortText
{
    private const int Longest = 255;
    private const int Beginning = 20;

    public static string Of(string text) => text.Length <= Longest ? text : $"{text[..Beginning]}… ({text.Length} characters)";
}
