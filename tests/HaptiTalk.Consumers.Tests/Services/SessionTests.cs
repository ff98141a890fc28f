using HaptiTalk.Contracts;
using HaptiTalk.Feedback;
using HaptiTalk.Realtime;
using HaptiTalk.Report;
using HaptiTalk.Session;
using MassTransit;

namespace HaptiTalk.Consumers.Tests;

public sealed class SessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSessionInfo_RunningSession_CarriesItsOwner()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        SessionInfo info = await bus.AskAsync<GetSessionInfo, SessionInfo>(new GetSessionInfo("session-200"));

        info.EndedAt.ShouldBeNull();
        info.User.ShouldBe(new UserProfile("user-050", "Minjun Kim", "user-050@haptitalk.example", "ko"));
    }

    [Fact]
    public async Task StartSession_Twice_StartsOne()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        var start = new StartSession("mine", "user-007", SessionKind.Dating);

        SessionStarted first = await bus.AskAsync<StartSession, SessionStarted>(start);
        bus.Time.Advance(TimeSpan.FromMinutes(1));
        SessionStarted second = await bus.AskAsync<StartSession, SessionStarted>(start);

        second.ShouldBe(first);
    }

    [Fact]
    public async Task StartSession_IdOfAnotherUsersSession_Faults()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        await bus.AskAsync<StartSession, SessionStarted>(new StartSession("mine", "user-007", SessionKind.Dating));

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            () => bus.AskAsync<StartSession, SessionStarted>(new StartSession("mine", "user-008", SessionKind.Dating)));

        fault.Message.ShouldContain("taken by another user");
    }

    [Fact]
    public async Task StartSession_UnknownUser_AnswersNotFound()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        NotFound missing = await bus.AskAsync<StartSession, NotFound>(new StartSession("mine", "nobody", SessionKind.Meeting));

        missing.ShouldBe(new NotFound("user", "nobody"));
    }

    [Fact]
    public async Task EndSession_RunningSession_ReachesEveryServiceThatListens()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        SessionInfo ended = await bus.AskAsync<EndSession, SessionInfo>(new EndSession("session-200"));

        ended.EndedAt.ShouldBe(bus.Time.GetUtcNow());
        (await bus.ConsumedByAsync<SessionEnded>(3)).ShouldBe(
            ["feedback-session-ended", "realtime-session-ended", "report-session-ended"], ignoreOrder: true);
        (await bus.Get<IFeedbackStore>().ReadAsync("session-200", Token)).IsEnded.ShouldBeTrue();
        (await bus.Get<IConnectionStore>().ReadAsync("session-200", Token)).ShouldBeEmpty();
        (await bus.Get<IReportStore>().FindAsync("session-200", Token)).ShouldNotBeNull().UserName.ShouldBe("Minjun Kim");
    }

    [Fact]
    public async Task SessionEnded_DeliveredTwice_WritesOneReport()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        StoredSession session = (await bus.Get<ISessionStore>().FindAsync("session-001", Token)).ShouldNotBeNull();
        var ended = new SessionEnded(session.SessionId, session.UserId, session.Kind, session.StartedAt, session.EndedAt!.Value);

        await bus.PublishAsync(ended);
        await bus.ConsumedByAsync<SessionEnded>(3);
        SessionReport? first = await bus.Get<IReportStore>().FindAsync("session-001", Token);
        bus.Time.Advance(TimeSpan.FromMinutes(1));
        await bus.PublishAsync(ended);
        await bus.ConsumedByAsync<SessionEnded>(6);

        SessionReport? second = await bus.Get<IReportStore>().FindAsync("session-001", Token);
        second.ShouldNotBeNull().GeneratedAt.ShouldBe(first.ShouldNotBeNull().GeneratedAt);
    }

    [Fact]
    public async Task EndSession_Twice_KeepsTheFirstEnd()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        SessionInfo first = await bus.AskAsync<EndSession, SessionInfo>(new EndSession("session-200"));
        await bus.ConsumedByAsync<SessionEnded>(3);
        bus.Time.Advance(TimeSpan.FromMinutes(1));
        SessionInfo second = await bus.AskAsync<EndSession, SessionInfo>(new EndSession("session-200"));

        second.EndedAt.ShouldBe(first.EndedAt);
        await bus.ConsumedByAsync<SessionEnded>(6);
    }
}
