using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What is read from a fault that another version of the framework wrote, or somebody else.</summary>
public sealed class RejectionFaultTests
{
    [Theory]
    [InlineData(CircuitState.Open)]
    [InlineData(CircuitState.HalfOpen)]
    [InlineData(CircuitState.Isolated)]
    public void Read_WhatMarkWrote_IsTheSame(CircuitState state)
    {
        var rejection = new CircuitOpenRejectedException("session", "ask", state, since: null, TimeSpan.FromMilliseconds(1500.5));
        RejectionFault.Mark(rejection, depth: 0);

        var read = RejectionFault.Read(Received(rejection), "ask", caller: "orders").ShouldBeOfType<CircuitOpenRejectedException>();

        read.State.ShouldBe(state);
        read.Service.ShouldBe("session");
        read.IsRemote.ShouldBeTrue();
        read.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(1501), "never earlier than it was said");
        read.Depth.ShouldBe(1);
        read.Message.ShouldStartWith("Circuit breaker of 'session'");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Closed")]
    [InlineData("3")]
    [InlineData("BROKEN")]
    public void Read_StateMissingOrUnknown_IsOpen(string? state)
    {
        var refused = (CircuitOpenRejectedException)Read(("Resilience-Rejection", "CircuitOpen"), ("Resilience-Circuit-State", state));

        refused.State.ShouldBe(CircuitState.Open);
        refused.Service.ShouldBe("default");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    [InlineData("NaN", null)]
    [InlineData("-1", null)]
    [InlineData("1e300", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("0", 0)]
    [InlineData("250", 250)]
    [InlineData("2147483647", 86_400_000)]
    public void Read_HintThatIsNoTime_IsNoHint(string? hint, int? expected) =>
        Read(("Resilience-Rejection", "CircuitOpen"), ("Resilience-Retry-After", hint))
            .RetryAfter.ShouldBe(expected is { } wait ? TimeSpan.FromMilliseconds(wait) : null);

    [Fact]
    public void Read_MarkedDeeperDown_SaysWhereAndWhat()
    {
        var rejection = new CircuitOpenRejectedException("payments", "charge", CircuitState.Open, since: null, TimeSpan.FromSeconds(30), isRemote: true);
        RejectionFault.Mark(rejection, rejection.Depth);

        RejectedException read = RejectionFault.Read(Received(rejection), "placeOrder", caller: "orders");

        (read.Service, read.Operation, read.Depth, read.RetryAfter).ShouldBe(("payments", "charge", 2, TimeSpan.FromSeconds(30)));
        read.Message.ShouldStartWith("'payments' refused, two calls below 'orders'. Circuit breaker of 'payments' is Open: 'charge'");
    }

    [Fact]
    public void Read_CallerWithoutAName_IsThisProcess()
    {
        var rejection = new BulkheadFullRejectedException("payments", "charge", 1, 1, waited: null, retryAfter: null);
        RejectionFault.Mark(rejection, depth: 4);

        RejectionFault.Read(Received(rejection), "placeOrder", caller: null).Message.ShouldStartWith("'payments' refused, 5 calls below this process.");
    }

    [Fact]
    public void Read_BrokerAwayDeeperDown_IsThat()
    {
        var rejection = new BrokerUnavailableRejectedException("payments", "charge", "rabbitmq://it", "gone", DateTimeOffset.UnixEpoch, attempts: 2);
        RejectionFault.Mark(rejection, rejection.Depth);

        var read = RejectionFault.Read(Received(rejection), "placeOrder", caller: "orders").ShouldBeOfType<BrokerUnavailableRejectedException>();

        (read.Service, read.Operation, read.Depth, read.IsRemote, read.Attempts, read.Since).ShouldBe(("payments", "charge", 2, true, 2, (DateTimeOffset?)null));
        read.Message.ShouldContain("2 attempts");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("101")]
    [InlineData("1e3")]
    [InlineData("99999999999")]
    public void Read_DepthThatIsNone_IsTheCalledService(string? depth) =>
        Read(("Resilience-Rejection", "CircuitOpen"), ("Resilience-Depth", depth), ("Resilience-Operation", "other")).ShouldSatisfyAllConditions(
            read => read.Depth.ShouldBe(1),
            read => read.Operation.ShouldBe("ask"));

    [Fact]
    public void Read_OperationWithControlCharacters_HasNone()
    {
        RejectedException read = Read(
            ("Resilience-Rejection", "CircuitOpen"), ("Resilience-Depth", "1"), ("Resilience-Operation", "cha\r\nrge\u202e" + new string('x', 10_000)));

        read.Operation.ShouldStartWith("cha??rge?");
        read.Operation.Length.ShouldBeLessThanOrEqualTo(200);
        read.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Read_BulkheadFull_IsThat() =>
        Read(("Resilience-Rejection", "BulkheadFull"), ("Resilience-Service", "session"))
            .ShouldBeOfType<BulkheadFullRejectedException>().Service.ShouldBe("session");

    [Fact]
    public void Read_ServiceNameWithControlCharacters_HasNone()
    {
        var refused = Read(("Resilience-Rejection", "CircuitOpen"), ("Resilience-Service", "us\r\ner\u001b[2J\u202e\u2028" + new string('x', 10_000)));

        refused.Service.ShouldStartWith("us??er?[2J??");
        refused.Service.Length.ShouldBeLessThanOrEqualTo(200);
        refused.Message.ShouldNotContain('\n');
        refused.Message.ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("99")]
    [InlineData("Failed")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData(null)]
    public void IsRejection_ReasonThatThereIsNot_IsNone(string? reason)
    {
        var failure = new InvalidOperationException("broken");
        failure.Data["Resilience-Rejection"] = reason;

        RejectionFault.IsRejection(Received(failure)).ShouldBeFalse();
    }

    [Fact]
    public void IsRejection_AnyOtherFault_IsNone() =>
        RejectionFault.IsRejection(Received(new InvalidOperationException("broken"))).ShouldBeFalse();

    private static RejectedException Read(params (string Key, string? Value)[] data)
    {
        var failure = new InvalidOperationException("refused");
        foreach ((string key, string? value) in data)
            failure.Data[key] = value;
        return RejectionFault.Read(Received(failure), "ask", caller: "orders");
    }

    private static RequestFaultException Received(Exception failure) => new(
        nameof(Ask), new FaultEvent<Ask>(new Ask("x"), NewId.NextGuid(), HostMetadataCache.Host, failure, MessageTypeCache<Ask>.MessageTypeNames));
}
