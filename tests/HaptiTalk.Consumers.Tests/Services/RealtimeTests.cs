using HaptiTalk.Contracts;
using HaptiTalk.Feedback;
using HaptiTalk.Session;
using MassTransit;

namespace HaptiTalk.Consumers.Tests;

public sealed class RealtimeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeliverFeedback_LiveSession_ReachesSessionAndFeedback()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        FeedbackReceipt receipt = await bus.AskAsync<DeliverFeedback, FeedbackReceipt>(
            new DeliverFeedback("new", "session-200", FeedbackKind.Interest, 0.5));

        receipt.ShouldBe(new FeedbackReceipt("new", Devices: 2));
        (await bus.ConsumedByAsync<FeedbackDelivered>(2)).ShouldBe(
            ["feedback-feedback-delivered", "session-feedback-delivered"], ignoreOrder: true);
        (await bus.Get<ISessionStore>().FindAsync("session-200", Token)).ShouldNotBeNull().FeedbackCount.ShouldBe(1);
        (await bus.Get<IFeedbackStore>().ReadAsync("session-200", Token)).Pieces.ShouldBe(
            [new FeedbackPiece(FeedbackKind.Interest, 0.5, bus.Time.GetUtcNow())]);
    }

    [Fact]
    public async Task FeedbackDelivered_DeliveredTwice_CountsOnce()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        var delivered = new FeedbackDelivered("new", "session-200", FeedbackKind.Volume, 1, bus.Time.GetUtcNow());

        await bus.PublishAsync(delivered);
        await bus.PublishAsync(delivered);
        await bus.ConsumedByAsync<FeedbackDelivered>(4);

        (await bus.Get<ISessionStore>().FindAsync("session-200", Token)).ShouldNotBeNull().FeedbackCount.ShouldBe(1);
        (await bus.Get<IFeedbackStore>().ReadAsync("session-200", Token)).Pieces.Count.ShouldBe(1);
    }

    [Fact]
    public async Task DeliverFeedback_NobodyListens_DeliversNothing()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        FeedbackReceipt receipt = await bus.AskAsync<DeliverFeedback, FeedbackReceipt>(
            new DeliverFeedback("new", "session-001", FeedbackKind.Interest, 0.5));

        receipt.Devices.ShouldBe(0);
        bus.Harness.Published.Select<FeedbackDelivered>(Token).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(7)]
    public async Task DeliverFeedback_IntensityOutOfRange_FaultsAndSaysWhatIsAllowed(double intensity)
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            () => bus.AskAsync<DeliverFeedback, FeedbackReceipt>(new DeliverFeedback("new", "session-200", FeedbackKind.Volume, intensity)));

        fault.Message.ShouldContain("Intensity must lie between 0 and 1");
    }

    [Fact]
    public async Task ConnectDevice_ValidToken_Listens()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        TokenIssued issued = await bus.AskAsync<IssueToken, TokenIssued>(new IssueToken("user-050"));

        await bus.AskAsync<ConnectDevice, LiveConnections>(new ConnectDevice("session-200", "ring", issued.Token));

        LiveConnections live = await bus.AskAsync<GetLiveConnections, LiveConnections>(new GetLiveConnections("session-200"));
        live.Devices.Select(device => device.DeviceId).ShouldBe(["phone-200", "ring", "watch-200"]);
    }

    [Fact]
    public async Task ConnectDevice_TokenNobodyIssued_IsRefused()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        DeviceRefused refused = await bus.AskAsync<ConnectDevice, DeviceRefused>(new ConnectDevice("session-200", "ring", "made up"));

        refused.ShouldBe(new DeviceRefused("ring", TokenVerdict.Unknown));
    }
}
