using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a transport is told and given, whatever its bus.</summary>
public sealed class TransportResilienceTests
{
    [Fact]
    public void ServiceOf_ProcessHasAName_IsThatButForWhatItRequests()
    {
        using TestResilience test = TestResilience.With("Service=auth");
        TransportResilience transport = test.Get<TransportResilience>();

        transport.Service.ShouldBe("auth");
        transport.ServiceOf(ResilienceSide.Consumer, typeof(GetUser)).ShouldBe("auth");
        transport.ServiceOf(ResilienceSide.Publisher, typeof(GetUser)).ShouldBe("auth");
        transport.ServiceOf(ResilienceSide.Client, typeof(GetUser)).ShouldBe("user");
        transport.ServiceOf(ResilienceSide.Client, typeof(string)).ShouldBe("default");
    }

    [Fact]
    public void OperationOf_AMessage_IsCalledAfterItAndIsTheSameEachTime()
    {
        using TestResilience test = TestResilience.WithProfile();
        TransportResilience transport = test.Get<TransportResilience>();

        OperationState operation = transport.OperationOf(ResilienceSide.Client, typeof(GetUser));

        (operation.Service, operation.Side, operation.Name).ShouldBe(("user", ResilienceSide.Client, "getUser"));
        transport.OperationOf(ResilienceSide.Client, "user", "getUser").ShouldBeSameAs(operation);
        operation.Profile.ShouldBeSameAs(test.Catalog.Get("user", "getUser").Profile);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Names_Empty_AreRefused(string name)
    {
        using TestResilience test = TestResilience.WithProfile();
        TransportResilience transport = test.Get<TransportResilience>();

        Should.Throw<ArgumentException>(() => transport.AddBroker(name));
        Should.Throw<ArgumentException>(() => transport.OperationOf(ResilienceSide.Client, name, "ask"));
        Should.Throw<ArgumentException>(() => transport.OperationOf(ResilienceSide.Client, "user", name));
    }

    [Fact]
    public async Task FallbackOf_RegisteredForTheSide_MakesItsReply()
    {
        using TestResilience test = TestResilience.Configured(
            static resilience => resilience.AddFallback<GetUser, string>(static (context, _) => new($"{context.Request.Id} {context.Reason}"), ResilienceSide.Client));
        TransportResilience transport = test.Get<TransportResilience>();
        RequestFallback<GetUser> fallback = transport.FallbackOf<GetUser>(ResilienceSide.Client).ShouldNotBeNull();
        ExecutionRunner runner = transport.RunnerFor();

        Outcome<object> made = await runner.RunAsync(
            new(transport.OperationOf(ResilienceSide.Client, typeof(GetUser)), TestContext.Current.CancellationToken),
            async (run, token) => Outcome.FromResult(await fallback.CreateAsync(new GetUser(7), run, new IOException(), FallbackReason.Failed, token)));

        made.Result.ShouldBe("7 Failed");
        fallback.ReplyType.ShouldBe(typeof(string));
        transport.FallbackOf<GetUser>(ResilienceSide.Consumer).ShouldBeNull();
        transport.FallbackOf<GetUser>(ResilienceSide.Client, typeof(int)).ShouldBeNull();
    }

    [Fact]
    public void AddBroker_NobodyWatchesIt_IsShownOnlyOnceSomebodyDoes()
    {
        using TestResilience test = TestResilience.WithProfile();
        BrokerState broker = test.Get<TransportResilience>().AddBroker("amqp://shop");

        test.Measured.Read("broker_available").ShouldBeEmpty();
        broker.IsWatched = true;
        test.Measured.Read("broker_available").ShouldHaveSingleItem().Value.ShouldBe(1);
        broker.Away("the connection ended.");

        test.Measured.Read("broker_available").ShouldHaveSingleItem().Value.ShouldBe(0);
        (broker.Outage!.Reason, test.Resilience.GetHostSnapshot().LostBrokers.ShouldHaveSingleItem().Broker).ShouldBe(("the connection ended", "amqp://shop"));
    }

    [Fact]
    public void Libraries_OfATransport_AreNotTheHostsOwnCode()
    {
        Exception thrown = Record.Exception((Action)(static () => throw new IOException())).ShouldNotBeNull();

        new HostFrames([]).In(thrown).ShouldNotBeNull();
        new HostFrames([new(["HaptiTalk.Messaging", "xunit"], [])]).In(thrown).ShouldBeNull();
        new HostFrames([new(["xunit"], ["HaptiTalk.Messaging.Resilience.Tests"])]).In(thrown).ShouldBeNull();
        new HostFrames([new(["HaptiTalk.Mess"], ["HaptiTalk.Messaging"])]).In(thrown).ShouldNotBeNull("only whole parts of a name count");
    }

    [ServiceProfile("user")]
    private sealed record GetUser(int Id);
}
