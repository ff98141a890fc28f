namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who listens to activities hears the whole process, and has MassTransit make them for every test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Tracing
{
    public const string Name = "tracing";
}
