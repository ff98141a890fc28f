namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>How the first attempt of a run failed.</summary>
/// <param name="Exception">What it threw, or that it was too long.</param>
/// <param name="At">When.</param>
public readonly record struct FirstFailure(Exception Exception, DateTimeOffset At);
