using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a fault from another process means: every exception in it counts, and what MassTransit put around one does not.</summary>
public sealed class FaultClassificationTests
{
    private static readonly ArgumentException Mistake = new("bad");
    private static readonly InvalidOperationException Broken = new("broken");

    public static TheoryData<Exception, string> Faults => new()
    {
        { Mistake, nameof(FailureKind.CallerMistake) },
        { new EventExecutionException("faulted", Mistake), nameof(FailureKind.CallerMistake) },
        { new EventExecutionException("faulted", new EventExecutionException("faulted", Mistake)), nameof(FailureKind.CallerMistake) },
        { new MassTransitApplicationException(Mistake), nameof(FailureKind.CallerMistake) },
        { new AggregateException(Mistake, new FormatException()), nameof(FailureKind.CallerMistake) },
        { new FluentValidation.ValidationException(), nameof(FailureKind.CallerMistake) },
        { Broken, nameof(FailureKind.RemoteFailure) },
        { new EventExecutionException("faulted", Broken), nameof(FailureKind.RemoteFailure) },
        { new AggregateException(Mistake, Broken), nameof(FailureKind.RemoteFailure) },
        { new InvalidOperationException("broken", Mistake), nameof(FailureKind.RemoteFailure) },
    };

    public static TheoryData<Exception, string> Local => new()
    {
        { new EventExecutionException("faulted", Mistake), nameof(FailureKind.CallerMistake) },
        { new MassTransitApplicationException(Mistake), nameof(FailureKind.CallerMistake) },
        { new RequestException("not sent", Mistake), nameof(FailureKind.CallerMistake) },
        { new RequestException("not sent", Broken), nameof(FailureKind.Failure) },
        { new AggregateException(Mistake, Broken), nameof(FailureKind.Failure) },
        { new EventExecutionException("faulted", new TimeoutException()), nameof(FailureKind.Timeout) },
        { new RequestTimeoutException("1"), nameof(FailureKind.Timeout) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Classify_Fault_LooksAtAllItsExceptions(Exception thrown, string kind) =>
        RequestFailureClassifier.Instance.Classify(Received(thrown), CancellationToken.None).ToString().ShouldBe(kind);

    [Theory]
    [MemberData(nameof(Local), DisableDiscoveryEnumeration = true)]
    public void Classify_ExceptionOfThisProcess_LooksIntoWhatMassTransitPutAroundIt(Exception thrown, string kind) =>
        RequestFailureClassifier.Instance.Classify(thrown, CancellationToken.None).ToString().ShouldBe(kind);

    [Theory]
    [InlineData(1)]
    [InlineData(0, "System.InvalidOperationException")]
    [InlineData(0, "InvalidOperationException")]
    public async Task GetResponse_RetryHandleNamesWhatTheCalleeThrew_IsRepeated(int repeatedNot, params string[] handled)
    {
        var callee = new Callee { Behaviour = Callee.Fails };
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(callee.ConsumeAsync)),
            settings: Settings.Of([.. handled.Select(static name => $"user:Retry:Handle:0={name}"), "user:Retry:MaxRetries=1"]),
            protectConsumers: false);

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), TestContext.Current.CancellationToken));

        callee.Calls.ShouldBe(2 - repeatedNot);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0, "System.InvalidOperationException")]
    [InlineData(0, "InvalidOperationException")]
    public async Task GetResponse_CircuitBreakerIgnoreNamesWhatTheCalleeThrew_DoesNotCount(int counted, params string[] ignored)
    {
        var callee = new Callee { Behaviour = Callee.Fails };
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(callee.ConsumeAsync)),
            settings: Settings.Of([.. ignored.Select(static name => $"user:CircuitBreaker:Ignore:0={name}")]),
            protectConsumers: false);

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), TestContext.Current.CancellationToken));

        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(counted);
    }

    private static RequestFaultException Received(Exception failure) => new(
        nameof(Ask), new FaultEvent<Ask>(new Ask("x"), NewId.NextGuid(), HostMetadataCache.Host, failure, MessageTypeCache<Ask>.MessageTypeNames));
}
