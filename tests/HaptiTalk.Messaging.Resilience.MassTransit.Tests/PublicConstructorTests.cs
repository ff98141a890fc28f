using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What users catch, built as their own tests build it.</summary>
public sealed class PublicConstructorTests
{
    [Fact]
    public void BrokerUnavailableRejectedException_OfThisProcess_NamesTheBroker()
    {
        var refusal = new BrokerUnavailableRejectedException("user", "getUserProfile", "rabbitmq://broker/", "the connection ended", DateTimeOffset.UnixEpoch);

        refusal.Message.ShouldBe(
            "'getUserProfile' of 'user' was not sent: broker rabbitmq://broker/ is unavailable since 1970-01-01T00:00:00.0000000+00:00 "
            + "(the connection ended). Nothing was sent. Calls go through again as soon as it is back.");
        (refusal.Service, refusal.Operation, refusal.Broker, refusal.Reason, refusal.Since, refusal.Attempts, refusal.IsRemote)
            .ShouldBe(("user", "getUserProfile", "rabbitmq://broker/", "the connection ended", DateTimeOffset.UnixEpoch, 0, false));
    }

    [Fact]
    public void BrokerUnavailableRejectedException_OfAnotherProcess_TellsNoMore()
    {
        var refusal = new BrokerUnavailableRejectedException("user", "getUserProfile", attempts: 2);

        refusal.Message.ShouldBe("'getUserProfile' of 'user' was not sent by the called service: its broker is unavailable. Sent before: 2 attempts.");
        (refusal.Broker, refusal.Since, refusal.Attempts, refusal.IsRemote).ShouldBe(("", null, 2, true));
    }

    [Fact]
    public void RequestTimedOutException_Time_IsSaid()
    {
        var timeout = new RequestTimedOutException("user", "getUserProfile", TimeSpan.FromSeconds(2), attempts: 0);

        timeout.ShouldBeAssignableTo<RequestTimeoutException>();
        timeout.ShouldBeAssignableTo<IExecutionTimeout>();
        timeout.Message.ShouldBe("'getUserProfile' of 'user' did not answer within 2 s (0 attempts, 2 s).");
        (timeout.Service, timeout.Operation, timeout.Timeout, timeout.Elapsed, timeout.Attempts)
            .ShouldBe(("user", "getUserProfile", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), 0));
    }
}
