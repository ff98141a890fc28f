namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Tests that measure what the whole process holds: no others run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("RunsAlone", "true")]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
