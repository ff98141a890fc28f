namespace HaptiTalk.Demo;

/// <summary>How long a phase lasts and what the screen says about it.</summary>
internal sealed record Scene(Phase Phase, TimeSpan Length, string Headline)
{
    /// <summary>About half a minute.</summary>
    public static IReadOnlyList<Scene> Story { get; } =
    [
        new(Phase.Steady, TimeSpan.FromSeconds(4), "every service answers"),
        new(Phase.Outage, TimeSpan.FromSeconds(8), "the user service hangs"),
        new(Phase.Recovery, TimeSpan.FromSeconds(7), "the user service is back"),
        new(Phase.Flood, TimeSpan.FromSeconds(6), "the report service is flooded"),
    ];
}
