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
        RejectionFault.Mark(rejection);

        var read = RejectionFault.Read(Received(rejection), "ask").ShouldBeOfType<CircuitOpenRejectedException>();

        read.State.ShouldBe(state);
        read.Service.ShouldBe("session");
        read.IsRemote.ShouldBeTrue();
        read.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(1501), "never earlier than it was said");
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
    public void Read_HintThatIsNoTime_IsNoHint(string? hint, int? expected) =>
        Read(("Resilience-Rejection", "CircuitOpen"), ("Resilience-Retry-After", hint))
            .RetryAfter.ShouldBe(expected is { } wait ? TimeSpan.FromMilliseconds(wait) : null);

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
        return RejectionFault.Read(Received(failure), "ask");
    }

    private static RequestFaultException Received(Exception failure) => new(
        nameof(Ask), new FaultEvent<Ask>(new Ask("x"), NewId.NextGuid(), HostMetadataCache.Host, failure, MessageTypeCache<Ask>.MessageTypeNames));
}
