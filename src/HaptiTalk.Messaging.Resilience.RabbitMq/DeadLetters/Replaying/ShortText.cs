namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a foreign message says, no longer than one reads it.</summary>
internal static class ShortText
{
    private const int Longest = 255;
    private const int Shown = 20;

    public static string Of(string text) => text.Length <= Longest ? text : $"{text[..Shown]}… ({text.Length} characters)";
}
