using HaptiTalk.Contracts;
using HaptiTalk.Report;
using MassTransit;

namespace HaptiTalk.Consumers.Tests;

public sealed class ReportTests
{
    [Fact]
    public async Task GenerateReport_EndedSession_CollectsFromSessionUserAndFeedback()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        SessionReport report = await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-003"));

        report.Missing.ShouldBeEmpty();
        report.UserName.ShouldBe("Haeun Kim");
        report.Kind.ShouldBe(SessionKind.Dating);
        report.Duration.ShouldBe(TimeSpan.FromMinutes(23));
        report.Feedback.ShouldNotBeNull().Count.ShouldBe(8);
        report.Feedback.IsFinal.ShouldBeTrue();
        report.Summary.ShouldStartWith("Haeun Kim, your date lasted 23 minutes. You were given feedback 8 times, mostly about ");
    }

    [Fact]
    public async Task GenerateReport_EndedSession_PassesThroughAllFourServices()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-001"));

        (await bus.ConsumedByAsync<GenerateReport>(1)).ShouldBe(["report-generate-report"]);
        (await bus.ConsumedByAsync<GetSessionInfo>(1)).ShouldBe(["session-get-session-info"]);
        (await bus.ConsumedByAsync<GetUserProfile>(1)).ShouldBe(["user-get-user-profile"]);
        (await bus.ConsumedByAsync<AnalyzeFeedback>(1)).ShouldBe(["feedback-analyze-feedback"]);
    }

    [Fact]
    public async Task GenerateReport_KoreanUser_WritesKorean()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        SessionReport report = await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-001"));

        report.Summary.ShouldStartWith("Seoyeon Kim 님의 면접 시간은 21분입니다.");
    }

    [Fact]
    public async Task GenerateReport_Twice_KeepsOneReport()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-001"));
        SessionReport second = await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-001"));

        SessionReport? kept = await bus.Get<IReportStore>().FindAsync("session-001", TestContext.Current.CancellationToken);
        kept.ShouldNotBeNull().Summary.ShouldBe(second.Summary);
    }

    [Fact]
    public async Task GenerateReport_UnknownSession_AnswersNotFound()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        IRequestClient<GenerateReport> client = bus.Harness.GetRequestClient<GenerateReport>();

        Response<SessionReport, NotFound> response = await client.GetResponse<SessionReport, NotFound>(
            new GenerateReport("nobody"), TestContext.Current.CancellationToken);

        response.Is(out Response<NotFound>? missing).ShouldBeTrue();
        missing!.Message.ShouldBe(new NotFound("session", "nobody"));
    }

    [Fact]
    public async Task GenerateReport_UnknownSessionAskedForTheReportAlone_FaultsInsteadOfStayingSilent()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            () => bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("nobody")));

        fault.Message.ShouldContain("There is no session 'nobody'.");
    }
}
