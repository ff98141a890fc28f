namespace HaptiTalk.Messaging.Resilience.Transport;

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
