using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Which request is the same as another, and which call a remembered reply fits.</summary>
public sealed class LastGoodReplyKeyTests
{
    private static readonly string[] Parts = ["a", "b"];

    private readonly FakeTimeProvider _clock = new();
    private bool _isDown;
    private bool _answersOther;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_MessageAndValuesWithTheSameContent_AreTheSameRequest(bool messageFirst)
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<Inquire> client = bus.Client<Inquire>();

        await (messageFirst ? ByMessage() : ByValues());
        _isDown = true;
        Response<Answer> reply = await (messageFirst ? ByValues() : ByMessage());

        reply.Message.Text.ShouldBe("same");
        reply.IsFallback().ShouldBeTrue();

        Task<Response<Answer>> ByMessage() => client.GetResponse<Answer>(new Inquire { Text = "same" }, Token);
        Task<Response<Answer>> ByValues() => client.GetResponse<Answer>(new { Text = "same" }, Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_InterfaceAsRequestAndReply_OnlyWhatTheInterfaceHasCounts(bool messageFirst)
    {
        await using TestBus bus = await StartAsync();
        IRequestClient<IAsk> client = bus.Client<IAsk>();

        await (messageFirst ? ByMessage() : ByValues());
        _isDown = true;
        Response<IAnswer> reply = await (messageFirst ? ByValues() : ByMessage());

        reply.Message.Text.ShouldBe("same");
        reply.Message.Parts.ShouldBe(Parts);
        reply.IsFallback().ShouldBeTrue();

        Task<Response<IAnswer>> ByMessage() => client.GetResponse<IAnswer>(new AskWithMore { More = 7, Number = 1, Text = "same" }, Token);
        Task<Response<IAnswer>> ByValues() => client.GetResponse<IAnswer>(new { Text = "same", Number = 1 }, Token);
    }

    [Fact]
    public async Task GetResponse_OtherInstancesOfEqualContent_AreTheSameRequest()
    {
        await using TestBus bus = await StartAsync();
        await bus.Client<Nested>().GetResponse<Answer>(new Nested(new("x"), [1, 2], new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), Token);
        _isDown = true;

        (await bus.Client<Nested>().GetResponse<Answer>(new Nested(new("x"), [1, 2], new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), Token)).IsFallback().ShouldBeTrue();
        await Should.ThrowAsync<RequestFaultException>(
            bus.Client<Nested>().GetResponse<Answer>(new Nested(new("x"), [1, 3], new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), Token));
    }

    [Fact]
    public async Task GetResponse_IdPerCall_NeverHits()
    {
        await using TestBus bus = await StartAsync();
        await bus.Client<Inquire>().GetResponse<Answer>(new { Text = InVar.Id }, Token);
        _isDown = true;

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Inquire>().GetResponse<Answer>(new { Text = InVar.Id }, Token));
    }

    [Fact]
    public async Task GetResponse_ReplyOfATypeTheCallDoesNotWaitFor_IsNotUsed()
    {
        await using TestBus bus = await StartAsync();
        await bus.Client<Ask>().GetResponse<Answer, OtherAnswer>(new Ask("other"), Token);
        _isDown = true;

        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("other"), Token));
        (await bus.Client<Ask>().GetResponse<OtherAnswer>(new Ask("other"), Token)).Message.Number.ShouldBe(7);
    }

    [Fact]
    public async Task GetResponse_RememberedByACallWithOneType_StandsInForOneWithThree()
    {
        await using TestBus bus = await StartAsync();
        await bus.Client<Ask>().GetResponse<OtherAnswer>(new Ask("other"), Token);
        _isDown = true;

        Response<Outer, OtherAnswer, Answer> reply = await bus.Client<Ask>().GetResponse<Outer, OtherAnswer, Answer>(new Ask("other"), Token);

        reply.Is(out Response<OtherAnswer>? other).ShouldBeTrue();
        other.Message.Number.ShouldBe(7);
        reply.Is(out Response<Answer>? _).ShouldBeFalse();
        reply.Is(out Response<Outer>? _).ShouldBeFalse();
        reply.TryGetFallbackAge(out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_BothAlternativesAreRemembered_TheLatestStandsIn(bool otherLast)
    {
        await using TestBus bus = await StartAsync();
        foreach (bool other in new[] { !otherLast, otherLast })
        {
            _answersOther = other;
            await AskAsync();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _isDown = true;
        Response<Answer, OtherAnswer> reply = await AskAsync();

        reply.Is(out Response<OtherAnswer>? _).ShouldBe(otherLast);

        Task<Response<Answer, OtherAnswer>> AskAsync() => bus.Client<Ask>().GetResponse<Answer, OtherAnswer>(new Ask("either"), Token);
    }

    [Fact]
    public async Task Create_HandleWithTwoTypes_ReplyThatFitsStandsIn()
    {
        await using TestBus bus = await StartAsync();
        await bus.Client<Ask>().GetResponse<OtherAnswer>(new Ask("other"), Token);
        _isDown = true;
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("other"), Token);

        Task<Response<Answer>> answer = request.GetResponse<Answer>(readyToSend: false);
        Response<OtherAnswer> other = await request.GetResponse<OtherAnswer>();

        other.Message.Number.ShouldBe(7);
        other.TryGetFallbackAge(out _).ShouldBeTrue();
        answer.IsCompleted.ShouldBeFalse();
    }

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.Handler<Ask>(context => Reply(context, context.Message.Text == "other" || _answersOther ? new OtherAnswer(7) : new Answer(context.Message.Text)));
            endpoint.Handler<Inquire>(context => Reply(context, new Answer(context.Message.Text)));
            endpoint.Handler<Nested>(context => Reply(context, new Answer(context.Message.Inner.Text)));
            endpoint.Handler<IAsk>(context => _isDown
                ? throw new InvalidOperationException("broken")
                : context.RespondAsync<IAnswer>(new { context.Message.Text, Parts }));
        }),
        settings: Settings.Of("user:Retry:MaxRetries=0", "user:Fallback:ErrorThreshold=1", "user:Fallback:Source=LastGoodReply"),
        protectConsumers: false);

    private Task Reply(ConsumeContext context, object reply) =>
        _isDown ? throw new InvalidOperationException("broken") : context.RespondAsync(reply);

    [ServiceProfile("user")]
    public interface IAsk
    {
        string Text { get; }

        int Number { get; }
    }

    public interface IAnswer
    {
        string Text { get; }

        IReadOnlyList<string> Parts { get; }
    }

    public sealed class AskWithMore : IAsk
    {
        public int More { get; init; }

        public int Number { get; init; }

        public required string Text { get; init; }
    }

    [ServiceProfile("user")]
    public sealed record Nested(Answer Inner, int[] Numbers, DateTimeOffset At);
}
