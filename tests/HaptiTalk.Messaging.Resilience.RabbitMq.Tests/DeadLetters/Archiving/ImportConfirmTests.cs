using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>The broker confirms in what order it likes: a classic queue at once, a quorum queue when its members have agreed.</summary>
public sealed class ImportConfirmTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImportAsync_ConfirmedOutOfOrder_BringsInEveryMessage()
    {
        const int Messages = 2_000;
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("slow", "quorum");
        await broker.DeclareAsync("quick");
        StringBuilder lines = new();
        for (int number = 1; number <= Messages; number++)
        {
            string queue = number % 2 == 0 ? "quick" : "slow";
            lines.Append(CultureInfo.InvariantCulture, $"{{\"queue\":\"{queue}\",\"exchange\":\"\",\"routingKey\":\"\",\"properties\":{{\"deliveryMode\":{1 + (number % 2)}}},\"headers\":{{}},\"body\":\"{number}\"}}\n");
        }

        using MemoryStream file = new(Encoding.UTF8.GetBytes(lines.ToString()));

        ImportReport report = await broker.DeadLetters.Archive.ImportAsync(file, cancellationToken: Token);

        report.ShouldBe(new ImportReport(Messages, Messages, null));
        (await broker.CountAsync("slow")).ShouldBe(Messages / 2);
        (await broker.CountAsync("quick")).ShouldBe(Messages / 2);
    }

    [Theory]
    [InlineData("\"correlationId\":\"{0}\"", "", 300)]
    [InlineData("", "\"large\":{{\"S\":\"{0}\"}}", 200_000)]
    public async Task ImportAsync_LineThatAmqpCannotCarry_StopsThereAndSaysWhy(string property, string header, int length)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        string text = new('x', length);
        string good = """{"queue":"q","properties":{},"headers":{},"body":"1"}""";
        string bad =
            $$"""{"queue":"q","properties":{{{string.Format(CultureInfo.InvariantCulture, property, text)}}},"headers":{{{string.Format(CultureInfo.InvariantCulture, header, text)}}},"body":"2"}""";
        using MemoryStream file = new(Encoding.UTF8.GetBytes($"{good}\n{bad}\n{good}\n"));

        ImportReport report = await broker.DeadLetters.Archive.ImportAsync(file, cancellationToken: Token);

        (report.Imported, report.Line).ShouldBe((1, 1));
        report.Problem!.ShouldContain("line 2");
        (await broker.CountAsync("q")).ShouldBe(1);
    }
}
