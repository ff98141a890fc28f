namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>Which process of a called service has answered.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="Process">Its process id there.</param>
public readonly record struct InstanceId(string Machine, int Process);
