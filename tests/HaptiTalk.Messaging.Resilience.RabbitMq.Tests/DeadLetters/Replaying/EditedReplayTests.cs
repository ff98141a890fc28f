using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>One message with another body or other headers, and nothing else of it changed.</summary>
public sealed class EditedReplayTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"price\":-1}")]
    [InlineData("no JSON at all")]
    [InlineData("")]
    public async Task ReplayEditedAsync_HeadersOnly_KeepsTheBody(string body)
    {
        await using DeadLetterBroker broker = await FilledAsync(body);
        byte[]? none = null;

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayEditedAsync(Edit(("added", "3")) with { Body = none }, Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(1);
        TakenMessage edited = (await broker.TakeAllAsync("q")).ShouldHaveSingleItem();
        (edited.Text, edited.Header("added")).ShouldBe((body, "3"));
    }

    [Fact]
    public async Task ReplayEditedAsync_EmptyBody_SendsAnEmptyOne()
    {
        await using DeadLetterBroker broker = await FilledAsync("no JSON at all");

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayEditedAsync(Edit() with { Body = Array.Empty<byte>() }, Token);

        report.Of(ReplayOutcome.Replayed).ShouldBe(1);
        (await broker.TakeAllAsync("q")).ShouldHaveSingleItem().Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReplayEditedAsync_MoreHeadersThanTheBrokerTakes_IsRefusedWithTheReason()
    {
        await using DeadLetterBroker broker = await FilledAsync("{}");
        (string, string?)[] many =
            [.. Enumerable.Range(0, 1_000).Select(static number => (string.Create(CultureInfo.InvariantCulture, $"header-{number}"), (string?)new string('x', 200)))];

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(() => broker.DeadLetters.Replayer.ReplayEditedAsync(Edit(many), Token));

        refused.Message.ShouldContain("headers");
        refused.Message.ShouldContain("Nothing was sent");
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 1);
        (await broker.CountAsync("q")).ShouldBe(0);
    }

    [Theory]
    [InlineData("CC")]
    [InlineData("BCC")]
    [InlineData("Resilience-Replay-Count")]
    [InlineData("Resilience-Replay-Id")]
    [InlineData("")]
    [InlineData(300)]
    public async Task ReplayEditedAsync_HeaderThatCannotBeSet_IsRefusedBeforeAnythingIsSent(object header)
    {
        await using DeadLetterBroker broker = await FilledAsync("{}");
        string name = header as string ?? new string('h', (int)header);

        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(
            () => broker.DeadLetters.Replayer.ReplayEditedAsync(Edit((name, "q_error")), Token));

        refused.Message.ShouldContain("header", Case.Insensitive);
        (await broker.CountAsync("q_error")).ShouldBe(1);
    }

    private static EditedReplay Edit(params (string Name, string? Value)[] headers) => new()
    {
        Queue = "q_error",
        Id = "edit-me",
        Headers = headers.ToDictionary(static header => header.Name, static header => header.Value, StringComparer.Ordinal),
    };

    private async Task<DeadLetterBroker> FilledAsync(string body)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q");
        await broker.DeclareAsync("q_error");
        await broker.PublishAsync("q_error", (new BasicProperties { MessageId = "edit-me" }, Encoding.UTF8.GetBytes(body)));
        return broker;
    }
}
