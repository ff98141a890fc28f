using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Documentation.Tests;

/// <summary>What the page about control says of isolations and of a configuration that is wrong.</summary>
public sealed class ControlTests
{
    private static readonly Dictionary<string, string?> OneRetry = new(StringComparer.Ordinal) { ["Retry:MaxRetries"] = "1" };

    [Fact]
    public async Task Isolation_ClosedOnAnotherSide_HoldsForABreakerMadeAfterwards()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { });
        host.Control.Isolate(new(SampleHost.Service), "test");
        host.Control.Close(new(SampleHost.Service, ResilienceSide.Client), "test");

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(CallAsync(host));

        refused.State.ShouldBe(CircuitState.Isolated);
        refused.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Isolation_ClosedOnThisSide_DoesNotHoldForABreakerMadeAfterwards()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { });
        host.Control.Isolate(new(SampleHost.Service), "test");
        host.Control.Close(new(SampleHost.Service, ResilienceSide.Local), "test");

        await CallAsync(host);
    }

    [Fact]
    public async Task Change_WhileAWrongConfigurationIsPending_LiesOverTheLastGoodOne()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { });
        host.Control.History.ShouldBeEmpty();
        host.Settings["Resilience:Profiles:user:Bulkhead:Timeout"] = "long";
        host.Settings.Reload();

        host.Control.Change(SampleHost.Service, OneRetry, "test");

        host.Resilience.Describe(SampleHost.Service).Profile.Retry.MaxRetries.ShouldBe(1);
        host.Control.Isolate(new(SampleHost.Service), "test").What.ShouldBe("isolate");
    }

    [Fact]
    public async Task Change_AcrossAReload_StaysInForce()
    {
        await using SampleHost host = SampleHost.WithProfile(_ => { });
        host.Control.Change(SampleHost.Service, OneRetry, "test");
        host.Settings["Resilience:Profiles:user:Retry:MaxRetries"] = "7";
        host.Settings.Reload();

        host.Resilience.Describe(SampleHost.Service).Profile.Retry.MaxRetries.ShouldBe(1);
        host.Control.Revert(SampleHost.Service, "test");
        host.Resilience.Describe(SampleHost.Service).Profile.Retry.MaxRetries.ShouldBe(7);
    }

    private static Task CallAsync(SampleHost host) =>
        host.User.ExecuteAsync(_ => Task.CompletedTask, cancellationToken: TestContext.Current.CancellationToken).AsTask();
}
