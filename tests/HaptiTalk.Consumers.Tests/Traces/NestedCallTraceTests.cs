using System.Diagnostics;
using HaptiTalk.Contracts;
using HaptiTalk.Session;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Consumers.Tests;

/// <summary>One trace through report, session and user, as OpenTelemetry's own exporter sees it.</summary>
public sealed class NestedCallTraceTests
{
    private const string Picture =
        """
        request generateReport
          - attempt
          urn:message:HaptiTalk.Contracts:GenerateReport send
            report-generate-report receive
              - attempt
              report-generate-report process
                request getSessionInfo
                  - attempt
                  urn:message:HaptiTalk.Contracts:GetSessionInfo send
                    session-get-session-info receive
                      - attempt
                      - retry
                      - attempt
                      session-get-session-info process
                      session-get-session-info process
                        request getUserProfile
                          - attempt
                          urn:message:HaptiTalk.Contracts:GetUserProfile send
                            user-get-user-profile receive
                              - attempt
                              user-get-user-profile process
                                bus send
                                  bus receive
                                    bus process
                        bus send
                          bus receive
                            bus process
                request analyzeFeedback
                  - attempt
                  urn:message:HaptiTalk.Contracts:AnalyzeFeedback send
                    feedback-analyze-feedback receive
                      - attempt
                      feedback-analyze-feedback process
                        bus send
                          bus receive
                            bus process
                bus send
                  bus receive
                    bus process

        """;

    [Fact]
    public async Task GenerateReport_SessionFailsOnce_IsOneTraceThatShowsTheRepeat()
    {
        using var trace = new ExportedTrace();
        await using ServiceBus bus = await ServiceBus.StartAsync(
            services => services.AddSingleton<ISessionStore, StoreThatFailsOnce>(),
            ("Resilience:Profiles:session:Retry:InitialDelay", "00:00:00"));

        await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-001"));

        (await trace.DrawWhenAsync(spans: Picture.Split('\n').Count(line => line.Length > 0 && !line.Contains("- ")))).ShouldBe(Picture);
        Activity session = trace.Spans().Single(span => span.DisplayName == "session-get-session-info receive");
        session.GetTagItem("haptitalk.resilience.attempts").ShouldBe(2);
        session.Events.Single(told => told.Name == "haptitalk.resilience.retry").Tags.ShouldContain(new KeyValuePair<string, object?>("error.type", "System.IO.IOException"));
        trace.Spans().Single(span => span.DisplayName == "request getSessionInfo").GetTagItem("haptitalk.resilience.result").ShouldBe("success");
    }

    private sealed class StoreThatFailsOnce : ISessionStore
    {
        private int _asked;

        public Task<StoredSession?> FindAsync(string sessionId, CancellationToken cancellationToken) => Interlocked.Increment(ref _asked) == 1
            ? throw new IOException("a moment, please")
            : Task.FromResult<StoredSession?>(new(sessionId, "user-001", SessionKind.Dating, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, FeedbackCount: 0));

        public Task<StoredSession> StartAsync(string sessionId, string userId, SessionKind kind, DateTimeOffset at, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<StoredSession?> EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CountFeedbackAsync(string sessionId, string feedbackId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
