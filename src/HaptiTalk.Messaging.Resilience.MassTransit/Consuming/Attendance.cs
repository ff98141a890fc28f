namespace HaptiTalk.Messaging.Resilience;

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

/// <summary>What becomes of a request that a circuit of this instance has refused.</summary>
internal enum RefusedRequest
{
    /// <summary>Its requester learns that it was refused.</summary>
    Refuse,

    /// <summary>It goes back to the queue, where another instance takes it.</summary>
    GiveBack,

    /// <summary>The circuit may admit it now.</summary>
    RunAgain,
}
