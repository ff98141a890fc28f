namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which process of a called service has answered.</summary>
internal readonly record struct InstanceId(string Machine, int Process);
