namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What an instance does about its queue while one of its circuits is not closed.</summary>
internal enum Attendance
{
    /// <summary>What it refuses is answered here: nobody else consumes, or it cannot leave.</summary>
    Answers,

    /// <summary>It finds out whether others consume the queue.</summary>
    Looks,

    /// <summary>It consumes to probe, and others consume, too.</summary>
    Probes,

    /// <summary>It stands aside: the others do the work.</summary>
    StandsAside,
}
