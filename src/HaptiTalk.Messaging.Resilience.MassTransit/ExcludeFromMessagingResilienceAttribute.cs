namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Leaves a consumer or a saga to MassTransit alone: no service profile is applied to it, wherever <c>UseMessagingResilience</c>
/// was called, and it is not listed as unprotected at start. <c>ExcludeFromMessagingResilience</c> on a receive endpoint does
/// the same for everything there.
/// </summary>
/// <remarks>
/// It stands on the consumer's or the saga's class; a consumer that inherits from it is excluded too. Two consumers of one
/// message on one endpoint are excluded together or not at all: otherwise the bus does not start.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
public sealed class ExcludeFromMessagingResilienceAttribute : Attribute;
