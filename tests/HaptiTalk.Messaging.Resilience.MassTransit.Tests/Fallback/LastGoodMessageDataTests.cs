using MassTransit;
using MassTransit.MessageData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a message only refers to is in a store of its own: such replies are not kept, and the log says so once.</summary>
public sealed class LastGoodMessageDataTests : IDisposable
{
    private readonly StartLog _log = new();
    private volatile bool _fails;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task GetResponse_ReplyHasMessageData_IsNotKeptAndTheLogSaysWhy()
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<Inquire> client = bus.Client<Inquire>();
        for (int call = 0; call < 2; call++)
        {
            Response<Document> reply = await client.GetResponse<Document>(new Inquire { Text = "x" }, Token);
            (await reply.Message.Pages[0].Body.Value).ShouldBe(Content("x"));
        }

        _fails = true;

        await Should.ThrowAsync<RequestFaultException>(client.GetResponse<Document>(new Inquire { Text = "x" }, Token));
        NotKept.ShouldHaveSingleItem().ShouldContain("Replies to Inquire are not kept");
        bus.Measured.Sum("last_good_reply_failures").ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_RequestHasMessageData_NoOtherRequestsReplyStandsIn()
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<ISummarize> client = bus.Client<ISummarize>();
        (await client.GetResponse<Answer>(new { Body = Content("x") }, Token)).Message.Text.ShouldBe("xxx");
        _fails = true;

        await Should.ThrowAsync<RequestFaultException>(client.GetResponse<Answer>(new { Body = Content("y") }, Token));
        NotKept.ShouldHaveSingleItem().ShouldContain("ISummarize does not carry all of its content");
    }

    private IEnumerable<string> NotKept => _log.Warnings.Where(static warning => warning.Contains("are not kept", StringComparison.Ordinal));

    // Longer than what MassTransit leaves in the message.
    private static string Content(string text) => string.Concat(Enumerable.Repeat(text, 10_000));

    private Task<TestBus> StartAsync()
    {
        var repository = new InMemoryMessageDataRepository();
        return TestBus.StartAsync(
            static _ => { },
            (_, memory) =>
            {
                memory.UseMessageData(repository);
                memory.ReceiveEndpoint("ask", endpoint =>
                {
                    endpoint.Handler<Inquire>(async context =>
                    {
                        ThrowIfToFail();
                        await context.RespondAsync(new Document { Pages = [new Page { Body = await repository.PutString(Content(context.Message.Text)) }] });
                    });
                    endpoint.Handler<ISummarize>(async context =>
                    {
                        ThrowIfToFail();
                        await context.RespondAsync(new Answer((await context.Message.Body.Value)[..3]));
                    });
                });
            },
            resilience => resilience.Services.AddSingleton<ILoggerProvider>(_log),
            Settings.Of("user:Retry:MaxRetries=0", "user:Fallback:ErrorThreshold=1", "user:Fallback:Source=LastGoodReply"),
            protectConsumers: false);
    }

    private void ThrowIfToFail()
    {
        if (_fails)
            throw new InvalidOperationException("broken");
    }

    public sealed record Document
    {
        public IReadOnlyList<Page> Pages { get; init; } = [];
    }

    public sealed record Page
    {
        public MessageData<string> Body { get; init; } = null!;
    }

    [ServiceProfile("user")]
    public interface ISummarize
    {
        MessageData<string> Body { get; }
    }
}
