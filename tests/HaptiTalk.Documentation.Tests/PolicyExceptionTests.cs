using HaptiTalk.Messaging.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace HaptiTalk.Documentation.Tests;

/// <summary>What the page about custom policies says of the exceptions that they throw.</summary>
public sealed class PolicyExceptionTests
{
    public static TheoryData<Exception> Failures =>
    [
        new InvalidOperationException(), new BrokenCircuitException(), new IsolatedCircuitException(), new RefusedException(),
        new TimeoutException(), new TimeoutRejectedException(), new OperationCanceledException(),
    ];

    public static TheoryData<Exception> Mistakes => [new ArgumentException("wrong"), new FormatException(), new NotSupportedException()];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Failure_OfAPolicy_IsRetriedAndCounts(Exception failure)
    {
        (FailingStrategy failing, int counted, Exception? thrown) = await FailAsync(failure);

        failing.Runs.ShouldBe(2);
        counted.ShouldBe(1);
        thrown.ShouldBeSameAs(failure);
    }

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task Mistake_OfAPolicy_IsNeitherRetriedNorCounts(Exception failure)
    {
        (FailingStrategy failing, int counted, Exception? thrown) = await FailAsync(failure);

        failing.Runs.ShouldBe(1);
        counted.ShouldBe(0);
        thrown.ShouldBeSameAs(failure);
    }

    [Fact]
    public async Task Failure_ThatIsToBeIgnored_CountsAndIsNotRetried()
    {
        (FailingStrategy failing, int counted, _) = await FailAsync(new RefusedException(), "Retry:Ignore:0=RefusedException");

        failing.Runs.ShouldBe(1);
        counted.ShouldBe(1);
    }

    private static async Task<(FailingStrategy Failing, int Counted, Exception? Thrown)> FailAsync(Exception failure, params string[] settings)
    {
        var failing = new FailingStrategy(failure);
        await using SampleHost host = SampleHost.WithProfile(
            builder => failing.AddTo(builder, PolicyPosition.Innermost), ["Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00", .. settings]);

        Exception? thrown = await Record.ExceptionAsync(
            () => host.User.ExecuteAsync(_ => Task.FromResult("real"), cancellationToken: TestContext.Current.CancellationToken).AsTask());

        return (failing, host.Snapshot().FailureCount, thrown);
    }

    private sealed class RefusedException : ExecutionRejectedException;
}
