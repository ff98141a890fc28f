namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What users catch, built as their own tests build it.</summary>
public sealed class PublicConstructorTests
{
    [Fact]
    public void PeekRefusedException_Remedies_AreListed()
    {
        PeekSafety safety = new(
            PeekMethod.Refuse, "it has a delivery limit", [new PeekRemedy(PeekRemedyKind.LiftDeliveryLimit, "A policy lifts it.", "rabbitmqctl set_policy")]);

        var refused = new PeekRefusedException("orders_error", safety);

        refused.Message.ShouldBe(
            $"Not looking into 'orders_error': it has a delivery limit{Environment.NewLine}- A policy lifts it.{Environment.NewLine}    rabbitmqctl set_policy");
        (refused.Queue, refused.Safety).ShouldBe(("orders_error", safety));
    }

    [Fact]
    public void DeadLetterAccessException_Message_IsTheBrokersTrouble()
    {
        var failure = new DeadLetterAccessException("no answer");

        (failure.Message, failure.InnerException, failure.Error, failure.Removed).ShouldBe(("no answer", null, DeadLetterError.Broker, 0L));
    }

    [Fact]
    public void DeadLetterAccessException_AllOfIt_IsTold()
    {
        var cause = new IOException("full");

        var failure = new DeadLetterAccessException("not written", cause, DeadLetterError.Export, removed: 3);

        (failure.InnerException, failure.Error, failure.Removed).ShouldBe((cause, DeadLetterError.Export, 3L));
    }
}
