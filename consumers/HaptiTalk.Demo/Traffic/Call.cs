namespace HaptiTalk.Demo;

/// <summary>How a call ended for its caller.</summary>
internal enum CallEnd
{
    /// <summary>With the real answer.</summary>
    Answered,

    /// <summary>With a fallback reply.</summary>
    FellBack,

    /// <summary>With an exception.</summary>
    Failed,
}

/// <summary>One call, as its caller saw it.</summary>
/// <param name="Service">Which service was asked.</param>
/// <param name="Phase">When it ended: what is caught by the next part of the story belongs to that.</param>
/// <param name="StartedAt">When it began, as a timestamp of the clock.</param>
/// <param name="Wait">How long the caller waited.</param>
/// <param name="End">How it ended.</param>
/// <param name="Failure">What was thrown; null when nothing was.</param>
internal sealed record Call(string Service, Phase Phase, long StartedAt, TimeSpan Wait, CallEnd End, string? Failure);
