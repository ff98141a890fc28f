using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A hundred looks at every kind of queue: nothing lost, nothing moved, or refused. This is the table of the docs.</summary>
public sealed class PeekSafetyTests(BrokerFixture fixture)
{
    private const int Messages = 50;
    private const int Peeks = 100;
    private static readonly string[] Numbers = [.. Enumerable.Range(1, Messages).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Not always the same page: a smaller look after a larger one is where queues begin to turn. 63 is more than there is.
    private static readonly int[] Pages = [10, 50, 10, 63, 50, 1, 23];

    public static TheoryData<string, int?, bool> Queues => new()
    {
        { "classic", null, false },
        { "classic", null, true },
        { "quorum", null, false },
        { "quorum", null, true },
        { "quorum", -1, false },
        { "quorum", 20, false },
        { "quorum", 20, true },
        { "stream", null, false },
    };

    [Theory]
    [MemberData(nameof(Queues))]
    public async Task PeekAsync_AHundredTimes_LosesAndMovesNothingOrIsRefused(string type, int? limit, bool hasDeadLetterExchange)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        if (limit < 0 && broker.Version < new BrokerVersion(4, 0))
            limit = null; // Before 4.0 no number stands for none: none is what it has anyway.
        await DeclareAsync(broker, type, limit, hasDeadLetterExchange);
        await broker.FillAsync("q_error", Messages);
        PeekMethod expected = Expected(broker.Version, type, limit);

        for (int peek = 0; peek < Peeks; peek++)
        {
            int take = Pages[peek % Pages.Length];
            // A stream does not say where it ends: each look beyond that waits a second for more, and two such looks are enough.
            if (expected == PeekMethod.Stream && peek > 10)
                take = Math.Min(take, Messages);
            Func<Task<DeadLetterPage>> look = () => broker.DeadLetters.Inspector.PeekAsync("q_error", new() { Take = take, Refresh = true }, Token);
            if (expected == PeekMethod.Refuse)
            {
                (await Should.ThrowAsync<PeekRefusedException>(look)).Safety.Remedies.ShouldNotBeEmpty();
                continue;
            }

            DeadLetterPage read = await look();
            read.IsFromCache.ShouldBeFalse();
            read.Messages.Select(letter => letter.BodyText).ShouldBe(Numbers.Take(take), $"peek {peek}");
        }

        if (expected == PeekMethod.Stream)
            return;
        (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers);
        if (hasDeadLetterExchange)
            (await broker.CountAsync("after")).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Queues))]
    public async Task PeekAsync_WithoutTheManagementApi_LosesAndMovesNothingOrIsRefused(string type, int? limit, bool hasDeadLetterExchange)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        if (limit < 0 && broker.Version < new BrokerVersion(4, 0))
            limit = null;
        await DeclareAsync(broker, type, limit, hasDeadLetterExchange);
        await broker.FillAsync("q_error", Messages);
        IDeadLetterInspector inspector = broker.Open(useManagement: false).Inspector;
        // Nothing but the management API knows a limit.
        bool isRefused = type == "quorum" && broker.Version < new BrokerVersion(4, 3);

        for (int peek = 0; peek < 25; peek++)
        {
            int take = Math.Min(Pages[peek % Pages.Length], Messages);
            Func<Task<DeadLetterPage>> look = () => inspector.PeekAsync("q_error", new() { Take = take, Refresh = true }, Token);
            if (isRefused)
                (await Should.ThrowAsync<PeekRefusedException>(look)).Safety.Remedies.ShouldContain(remedy => remedy.Kind == PeekRemedyKind.AllowManagement);
            else
                (await look()).Messages.Select(letter => letter.BodyText).ShouldBe(Numbers.Take(take), $"peek {peek}");
        }

        if (type != "stream")
            (await broker.TakeAllAsync("q_error")).Select(message => message.Text).ShouldBe(Numbers);
    }

    private static async Task DeclareAsync(DeadLetterBroker broker, string type, int? limit, bool hasDeadLetterExchange)
    {
        List<(string, object)> arguments = [];
        if (limit is { } number)
            arguments.Add(("x-delivery-limit", number));
        if (hasDeadLetterExchange)
        {
            await broker.DeclareAsync("after");
            arguments.Add(("x-dead-letter-exchange", ""));
            arguments.Add(("x-dead-letter-routing-key", "after"));
        }

        await broker.DeclareAsync("q_error", type, [.. arguments]);
    }

    private static PeekMethod Expected(BrokerVersion version, string type, int? limit) => type switch
    {
        "classic" => PeekMethod.Close,
        "stream" => PeekMethod.Stream,
        _ when limit == -1 || (limit is null && version < new BrokerVersion(4, 0)) => PeekMethod.Close,
        _ => version >= new BrokerVersion(4, 3) ? PeekMethod.Requeue : PeekMethod.Refuse,
    };
}
