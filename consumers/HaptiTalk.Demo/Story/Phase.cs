namespace HaptiTalk.Demo;

/// <summary>A part of the story.</summary>
internal enum Phase
{
    /// <summary>Everything works.</summary>
    Steady,

    /// <summary>The user service hangs.</summary>
    Outage,

    /// <summary>The user service is back.</summary>
    Recovery,

    /// <summary>More reports are asked for than the report service can write.</summary>
    Flood,
}
