namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// A listener of activities hears the whole process: what it costs to be heard must not be measured beside it.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Listening
{
    public const string Name = "listening to activities";
}
