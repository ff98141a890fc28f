using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// A caller asks the report service, that the session service, and that the user service. Only the caller's total bounds them:
/// their own are an hour. Time passes only where a test lets it, so that an answer that comes has come in time.
/// </summary>
public sealed class DeadlineChainTests : IDisposable
{
    private static readonly TimeSpan Total = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TimesToLive _given = new();
    private readonly Collected<FindSession> _sessionAsked = new();
    private readonly Collected<FindUser> _userAsked = new();
    private readonly Hang _hang = new();
    private bool _sessionHangs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _hang.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task GetResponse_ThreeServicesDeep_EachHopSetsTheTimeForItsAnswerAside(int retries)
    {
        await using TestBus bus = await StartAsync(retries: retries);
        _hang.Dispose();

        await AskAsync(bus);

        TimeSpan report = _given.Of<MakeReport>();
        TimeSpan session = _given.Of<FindSession>();
        TimeSpan user = _given.Of<FindUser>();
        report.ShouldBeLessThanOrEqualTo(Total);
        session.ShouldBeLessThanOrEqualTo(report - Reserve);
        user.ShouldBeLessThanOrEqualTo(session - Reserve);
        user.ShouldBeGreaterThan(Total / 2, "no hop keeps time for a repeat");
    }

    [Theory]
    [InlineData("findUser", ResilienceSide.Client, "user of a fallback, session, report")]
    [InlineData("findSession", ResilienceSide.Consumer, "session of a fallback, report")]
    [InlineData("findSession", ResilienceSide.Client, "session of a fallback, report")]
    [InlineData("makeReport", ResilienceSide.Consumer, "report of a fallback")]
    [InlineData("makeReport", ResilienceSide.Client, "report of a fallback")]
    public async Task GetResponse_UserServiceHangs_FallbackAnywhereOnTheWayIsInTime(string fallback, ResilienceSide side, string expected)
    {
        await using TestBus bus = await StartAsync(fallback, side);
        using Hang endsBeforeTheBus = _hang;

        Task<Response<Answer>> reply = AskAsync(bus);
        await _userAsked.NextAsync(Token);
        _time.Advance(_given.Of<FindUser>() + Moment);

        (await reply).Message.Text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("findSession", ResilienceSide.Client, "session of a fallback, report")]
    [InlineData("makeReport", ResilienceSide.Consumer, "report of a fallback")]
    public async Task GetResponse_SessionServiceHangs_FallbackAnywhereOnTheWayIsInTime(string fallback, ResilienceSide side, string expected)
    {
        _sessionHangs = true;
        await using TestBus bus = await StartAsync(fallback, side);
        using Hang endsBeforeTheBus = _hang;

        Task<Response<Answer>> reply = AskAsync(bus);
        await _sessionAsked.NextAsync(Token);
        _time.Advance(_given.Of<FindSession>() + Moment);

        (await reply).Message.Text.ShouldBe(expected);
    }

    [Fact]
    public async Task GetResponse_UserServiceHangsAndThereIsNoFallback_CallerLearnsOfItInTime()
    {
        await using TestBus bus = await StartAsync();
        using Hang endsBeforeTheBus = _hang;

        Task<Response<Answer>> reply = AskAsync(bus);
        await _userAsked.NextAsync(Token);
        _time.Advance(_given.Of<FindUser>() + Moment);

        RequestFaultException failure = await Should.ThrowAsync<RequestFaultException>(reply);
        failure.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(RequestFaultException), Case.Sensitive, "the report service heard it of the session service");
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<MakeReport>().GetResponse<Answer>(new MakeReport("x"), Token);

    private static void Fall(IMessagingResilienceBuilder resilience, string? operation, ResilienceSide side)
    {
        if (operation == "makeReport")
            resilience.AddFallback<MakeReport, Answer>(static (_, _) => new(new Answer("report of a fallback")), side);
        else if (operation == "findSession")
            resilience.AddFallback<FindSession, Answer>(static (_, _) => new(new Answer("session of a fallback")), side);
        else if (operation == "findUser")
            resilience.AddFallback<FindUser, Answer>(static (_, _) => new(new Answer("user of a fallback")), side);
    }

    private static string[] SettingsOf(string service, int retries, string total) =>
        [$"{service}:Retry:MaxRetries={retries}", $"{service}:Timeout:DefaultTimeout={total}", $"{service}:Fallback:ErrorThreshold=1"];

    private async Task<TestBus> StartAsync(string? fallback = null, ResilienceSide side = ResilienceSide.Client, int retries = 0)
    {
        TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<TimeProvider>(new MovedClock(_time));
                bus.AddHandler(static async (ConsumeContext<MakeReport> context, IRequestClient<FindSession> sessions) =>
                {
                    Response<Answer> session = await sessions.GetResponse<Answer>(new FindSession("x"), context.CancellationToken);
                    await context.RespondAsync(new Answer($"{session.Message.Text}, report"));
                });
                bus.AddHandler(async (ConsumeContext<FindSession> context, IRequestClient<FindUser> users) =>
                {
                    await _sessionAsked.AddAsync(context);
                    if (_sessionHangs)
                        await _hang.Task;
                    Response<Answer> user = await users.GetResponse<Answer>(new FindUser("x"), context.CancellationToken);
                    await context.RespondAsync(new Answer($"{user.Message.Text}, session"));
                });
                bus.AddHandler(async (ConsumeContext<FindUser> context) =>
                {
                    await _userAsked.AddAsync(context);
                    await _hang.Task;
                    await context.RespondAsync(new Answer("user"));
                });
            },
            resilience: resilience => Fall(resilience, fallback, side),
            settings: Settings.Of(
            [
                .. SettingsOf("report", retries, $"{Total:c}"), .. SettingsOf("session", retries, "01:00:00"), .. SettingsOf("user", retries, "01:00:00"),
            ]));
        bus.Bus.ConnectPublishObserver(_given);
        return bus;
    }

    /// <summary>Work that does not end, whatever it is told, until the test does.</summary>
    private sealed class Hang : IDisposable
    {
        private readonly TaskCompletionSource _end = new();

        public Task Task => _end.Task;

        public void Dispose() => _end.TrySetResult();
    }

    /// <summary>How long each request may live, as its sender said.</summary>
    private sealed class TimesToLive : IPublishObserver
    {
        private readonly ConcurrentDictionary<Type, TimeSpan> _times = new();

        public TimeSpan Of<T>() => _times[typeof(T)];

        public Task PrePublish<T>(PublishContext<T> context)
            where T : class
        {
            if (context.TimeToLive is { } time)
                _times[typeof(T)] = time;
            return Task.CompletedTask;
        }

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class =>
            Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class =>
            Task.CompletedTask;
    }
}

[ServiceProfile("report")]
public sealed record MakeReport(string Id);

[ServiceProfile("session")]
public sealed record FindSession(string Id);

[ServiceProfile("user")]
public sealed record FindUser(string Id);
