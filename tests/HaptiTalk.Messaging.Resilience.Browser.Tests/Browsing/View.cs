namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a page is looked at with.</summary>
internal sealed record View(int Width, int Height, bool IsDark)
{
    public static View Wide { get; } = new(1920, 1080, IsDark: false);

    public static View Narrow { get; } = new(400, 860, IsDark: false);

    public static View Of(int width, bool isDark) => (width <= Narrow.Width ? Narrow : Wide) with { IsDark = isDark };
}
