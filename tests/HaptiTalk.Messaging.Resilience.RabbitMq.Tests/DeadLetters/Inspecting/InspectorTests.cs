using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class InspectorTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_ErrorSkippedAndTargets_AreFoundAndDescribed()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("user", "quorum", ("x-dead-letter-exchange", "graveyard"));
        await broker.DeclareAsync("user_error", "quorum");
        await broker.DeclareAsync("user_skipped");
        await broker.DeclareAsync("parked");
        await broker.DeclareAsync("empty_error");
        await broker.DeclareAsync("ordinary");
        await broker.BindAsync("parked", "graveyard");
        await broker.FillAsync("user_error", 3);
        await broker.FillAsync("user_skipped", 1);
        await broker.FillAsync("parked", 2);

        DeadLetterListing listing = await broker.DeadLetters.Inspector.ListAsync(cancellationToken: Token);

        listing.ManagementProblem.ShouldBeNull();
        listing.BrokerVersion.ShouldStartWith(broker.Version.ToString());
        listing.Queues.Select(queue => (queue.Name, queue.Kind, queue.Messages, queue.Type)).ShouldBe(
        [
            ("user_error", DeadLetterQueueKind.Error, 3, BrokerQueueType.Quorum),
            ("parked", DeadLetterQueueKind.DeadLetterTarget, 2, BrokerQueueType.Classic),
            ("user_skipped", DeadLetterQueueKind.Skipped, 1, BrokerQueueType.Classic),
        ]);
        listing.Queues[0].Sources.ShouldBe(["user"]);
        listing.Queues[1].Sources.ShouldBe(["user"]);
        listing.Queues[0].DeliveryLimit.ToString().ShouldBe(broker.Version >= new BrokerVersion(4, 0) ? "20" : "none");
        listing.Queues[0].GrowthPerMinute.ShouldBeNull();

        await broker.FillAsync("parked", 2);
        await Until.TrueAsync(async () => await broker.CountAsync("parked") == 4);
        DeadLetterListing second = await broker.DeadLetters.Inspector.ListAsync(
            new() { IncludeEmpty = true, Queues = ["ordinary", "missing"], GrowthOver = TimeSpan.FromMilliseconds(1) }, Token);
        second.Queues.Select(queue => queue.Name).ShouldBe(["parked", "user_error", "user_skipped", "empty_error", "ordinary", "missing"]);
        second.Queues[0].GrowthPerMinute!.Value.ShouldBeGreaterThan(0);
        second.Queues[^1].Messages.ShouldBeNull();
    }

    [Fact]
    public async Task ListAsync_WithoutManagement_ListsWhatIsNamed()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("user_error", "quorum");
        await broker.DeclareAsync("classic_error");
        await broker.DeclareAsync("mirror", "stream");
        await broker.FillAsync("user_error", 3);

        DeadLetterListing listing = await broker.Open(useManagement: false).Inspector.ListAsync(
            new() { Queues = ["user_error", "classic_error", "mirror", "missing"] }, Token);

        listing.ManagementProblem.ShouldNotBeNull();
        listing.Queues.Single(queue => queue.Name == "user_error").Type.ShouldBe(BrokerQueueType.Quorum);
        listing.Queues.Single(queue => queue.Name == "user_error").DeliveryLimit.IsKnown.ShouldBeFalse();
        listing.Queues.Single(queue => queue.Name == "classic_error").Type.ShouldBe(BrokerQueueType.Classic);
        listing.Queues.Single(queue => queue.Name == "mirror").Type.ShouldBe(BrokerQueueType.Stream);
        listing.Queues.Single(queue => queue.Name == "missing").Messages.ShouldBeNull();
        (await broker.CountAsync("user_error")).ShouldBe(3);
    }

    [Fact]
    public async Task PeekAsync_Again_IsNoNewLook()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 20);
        IDeadLetterInspector inspector = broker.DeadLetters.Inspector;

        DeadLetterPage first = await inspector.PeekAsync("q_error", new() { Take = 15 }, Token);
        DeadLetterPage part = await inspector.PeekAsync("q_error", new() { Skip = 5, Take = 5 }, Token);
        DeadLetterPage further = await inspector.PeekAsync("q_error", new() { Skip = 12, Take = 5 }, Token);
        await broker.FillAsync("q_error", 1);
        DeadLetterPage grown = await inspector.PeekAsync("q_error", new() { Take = 15 }, Token);
        await using (IChannel channel = await broker.OpenChannelAsync())
            await channel.BasicGetAsync("q_error", autoAck: true, Token);
        DeadLetterPage shorter = await inspector.PeekAsync("q_error", new() { Take = 15 }, Token);

        (first.IsFromCache, part.IsFromCache, further.IsFromCache, grown.IsFromCache).ShouldBe((false, true, false, true));
        part.Messages.ShouldBe(first.Messages.Skip(5).Take(5));
        part.Messages.Select(letter => letter.Position).ShouldBe([5, 6, 7, 8, 9]);
        grown.Depth.ShouldBe(21);
        shorter.IsFromCache.ShouldBeFalse();
        shorter.Messages[0].BodyText.ShouldBe("2");
    }

    [Fact]
    public async Task SummariseSearchShow_MixedMessages_FindWhatIsMeant()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.PublishAsync("q_error",
        [
            .. Enumerable.Range(0, 6).Select(index => Failed("Shop.PaymentException", "Shop.Pay", 10 + (index % 2), $$"""{"order":{{index}}}""")),
            .. Enumerable.Range(0, 3).Select(index => Failed("Shop.StockException", "Shop.Ship", 11, $$"""{"parcel":{{index}},"City":"Busan"}""")),
            (new BasicProperties { MessageId = "foreign" }, [0xFF, 0xFE]),
        ]);
        IDeadLetterInspector inspector = broker.DeadLetters.Inspector;

        DeadLetterSummary summary = await inspector.SummariseAsync("q_error", cancellationToken: Token);
        DeadLetterSummary hours = await inspector.SummariseAsync("q_error", [DeadLetterGrouping.Hour, DeadLetterGrouping.Fingerprint], cancellationToken: Token);
        DeadLetterSearchResult byGroup = await inspector.SearchAsync("q_error", summary.Groups[1].Query, cancellationToken: Token);
        DeadLetterSearchResult byHour = await inspector.SearchAsync("q_error", hours.Groups.Single(group => group.Key[0] == "2026-01-02T10:00Z").Query, cancellationToken: Token);
        DeadLetterSearchResult withoutAny = await inspector.SearchAsync("q_error", summary.Groups[2].Query, cancellationToken: Token);
        DeadLetterSearchResult text = await inspector.SearchAsync("q_error", new() { BodyText = "BUSAN" }, cancellationToken: Token);
        DeadLetterSearchResult shortName = await inspector.SearchAsync("q_error", new() { ExceptionType = "paymentexception", MessageType = "Shop.*" }, new() { MaxMatches = 2 }, Token);
        DeadLetter? shown = await inspector.ShowAsync("q_error", text.Messages[1].Id, cancellationToken: Token);
        DeadLetter? foreign = await inspector.ShowAsync("q_error", "foreign", cancellationToken: Token);

        summary.Groups.Select(group => (group.Key[0], group.Key[1], group.Count)).ShouldBe(
            [("Shop.PaymentException", "Shop.Pay", 6), ("Shop.StockException", "Shop.Ship", 3), (null, null, 1)]);
        summary.Incomplete.ShouldBeNull();
        byGroup.Matches.ShouldBe(3);
        byHour.Matches.ShouldBe(3);
        withoutAny.Messages.Single().MessageId.ShouldBe("foreign");
        text.Matches.ShouldBe(3);
        (shortName.Matches, shortName.Messages.Count).ShouldBe((6, 2));
        shown.ShouldNotBeNull().BodyText.ShouldBe("""{"parcel":1,"City":"Busan"}""");
        shown.TraceId.ShouldBe("0af7651916cd43dd8448eb211c80319c");
        shown.Failure.InputQueue.ShouldBe("shop");
        foreign.ShouldNotBeNull().BodyText.ShouldBeNull();
        (await inspector.ShowAsync("q_error", "no-such-id", cancellationToken: Token)).ShouldBeNull();
    }

    [Fact]
    public async Task PeekAsync_LargeBodies_KeepsTheirBeginningsAndShowTheWhole()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        if (broker.Version >= new BrokerVersion(4, 0) && broker.Version < new BrokerVersion(4, 3))
            await broker.SetPolicyAsync("look", ".*", new Dictionary<string, object>(StringComparer.Ordinal) { ["delivery-limit"] = -1 });
        await broker.DeclareAsync("q_error", "quorum");
        byte[] large = Encoding.UTF8.GetBytes("{\"text\":\"" + new string('한', 10 * 1024 * 1024 / 3) + "\"}");
        await broker.PublishAsync("q_error", Enumerable.Range(0, 12).Select(_ => (new BasicProperties(), large)));

        DeadLetterPage page = await broker.DeadLetters.Inspector.PeekAsync("q_error", new() { Take = 12 }, Token);
        DeadLetter? whole = await broker.DeadLetters.Inspector.ShowAsync("q_error", page.Messages[0].Id, cancellationToken: Token);

        page.Messages.Count.ShouldBe(12);
        page.Messages.ShouldAllBe(letter => letter.Body.Length == 64 * 1024 && letter.BodySize == large.Length && !letter.IsBodyComplete && letter.BodyText != null);
        whole!.Body.Span.SequenceEqual(large).ShouldBeTrue();
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 12);
    }

    [Fact]
    public async Task PeekAsync_NearTheDeliveryLimit_IsRefused()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error", "quorum", ("x-delivery-limit", 20));
        await broker.FillAsync("q_error", 5);
        for (int time = 0; time < 16; time++)
        {
            await using IChannel channel = await broker.OpenChannelAsync();
            List<ulong> held = [];
            await Until.TrueAsync(async () =>
            {
                if (await channel.BasicGetAsync("q_error", autoAck: false, Token) is { } message)
                    held.Add(message.DeliveryTag);
                return held.Count == 5;
            });
            foreach (ulong tag in held)
                await channel.BasicRejectAsync(tag, requeue: true, Token);
        }

        PeekRefusedException refused = await Should.ThrowAsync<PeekRefusedException>(() => broker.DeadLetters.Inspector.PeekAsync("q_error", cancellationToken: Token));

        if (broker.Version >= new BrokerVersion(4, 3))
            refused.Message.ShouldContain("16 times of the 20");
        refused.Safety.Remedies.ShouldContain(remedy => remedy.Kind == PeekRemedyKind.DrainToFile);
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 5);
    }

    [Fact]
    public async Task PeekAsync_RefusedThenPolicySet_IsAllowed()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error", "quorum");
        await broker.FillAsync("q_error", 5);
        if (broker.Version >= new BrokerVersion(4, 0) && broker.Version < new BrokerVersion(4, 3))
        {
            PeekRefusedException refused = await Should.ThrowAsync<PeekRefusedException>(() => broker.DeadLetters.Inspector.PeekAsync("q_error", cancellationToken: Token));
            refused.Safety.Remedies.First(remedy => remedy.Kind == PeekRemedyKind.LiftDeliveryLimit).Command!.ShouldContain("""'{"delivery-limit":-1}'""");
        }

        if (broker.Version >= new BrokerVersion(4, 0))
            await broker.SetPolicyAsync("look-into-q_error", "^q_error$", new Dictionary<string, object>(StringComparer.Ordinal) { ["delivery-limit"] = -1 });

        await Until.TrueAsync(async () =>
            (await broker.DeadLetters.Inspector.ListAsync(cancellationToken: Token)).Queues.Single().DeliveryLimit == DeliveryLimit.None);
        for (int peek = 0; peek < 30; peek++)
            (await broker.DeadLetters.Inspector.PeekAsync("q_error", new() { Refresh = true }, Token)).Messages.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(null, 5, false, "5")]
    [InlineData(null, 5, true, "5")]
    [InlineData(7, 5, false, "5")]
    [InlineData(7, 9, true, "7")]
    public async Task ListAsync_LimitByPolicy_IsSeen(int? argument, int policy, bool asOperator, string expected)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.SetPolicyAsync("limit", "^q_error$", new Dictionary<string, object>(StringComparer.Ordinal) { ["delivery-limit"] = policy }, asOperator);
        await broker.DeclareAsync("q_error", "quorum", argument is { } own ? [("x-delivery-limit", own)] : []);
        await broker.FillAsync("q_error", 1);

        DeadLetterListing listing = await broker.DeadLetters.Inspector.ListAsync(cancellationToken: Token);

        listing.Queues.Single().DeliveryLimit.ToString().ShouldBe(expected);
        listing.Queues.Single().Peek.Method.ShouldBe(broker.Version >= new BrokerVersion(4, 3) ? PeekMethod.Requeue : PeekMethod.Refuse);
        if (broker.Version < new BrokerVersion(4, 3))
            await Should.ThrowAsync<PeekRefusedException>(() => broker.DeadLetters.Inspector.PeekAsync("q_error", cancellationToken: Token));
    }

    [Fact]
    public async Task Mirror_OfAnErrorExchange_ShowsWhatArrivesAsOftenAsOneLikes()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error", "quorum");
        await broker.BindAsync("q_error", "q_error");
        string mirror = await broker.DeadLetters.Mirror.CreateAsync("q_error", cancellationToken: Token);
        (await broker.DeadLetters.Mirror.CreateAsync("q_error", cancellationToken: Token)).ShouldBe(mirror);
        await using (IChannel channel = await broker.OpenChannelAsync())
        {
            for (byte number = 1; number <= 5; number++)
                await channel.BasicPublishAsync("q_error", "", mandatory: true, new byte[] { number }, Token);
        }

        await Until.TrueAsync(async () => (await broker.DeadLetters.Inspector.PeekAsync(mirror, new() { Refresh = true }, Token)).Messages.Count == 5);
        for (int peek = 0; peek < 30; peek++)
        {
            // No more than there are: a look beyond the end of a stream waits a second.
            (await broker.DeadLetters.Inspector.PeekAsync(mirror, new() { Take = 5, Refresh = true }, Token)).Messages.Select(letter => letter.Body.Span[0])
                .ShouldBe(new byte[] { 1, 2, 3, 4, 5 });
        }

        await Should.ThrowAsync<DeadLetterAccessException>(() => broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = mirror, Target = "q_error" }, cancellationToken: Token));
    }

    [Fact]
    public async Task PeekAsync_MissingQueue_SaysSo()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);

        (await Should.ThrowAsync<DeadLetterAccessException>(() => broker.DeadLetters.Inspector.PeekAsync("nowhere", cancellationToken: Token)))
            .Message.ShouldContain("no queue of this name");
    }

    private static (BasicProperties, byte[]) Failed(string exception, string type, int hour, string body) => (
        new BasicProperties
        {
            MessageId = Guid.NewGuid().ToString(),
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = exception,
                ["MT-Fault-MessageType"] = type,
                ["MT-Fault-Timestamp"] = $"2026-01-02T{hour}:30:00.0000000Z",
                ["MT-Fault-InputAddress"] = "rabbitmq://localhost/vhost/shop?durable=true",
                ["MT-Fault-StackTrace"] = $"   at {exception}.Throw()\n   at System.Threading.Tasks.Task.Wait()",
                ["MT-Activity-Id"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
        },
        Encoding.UTF8.GetBytes(body));
}
