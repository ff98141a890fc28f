using HaptiTalk.Contracts;
using HaptiTalk.Feedback;
using HaptiTalk.User;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Consumers.Tests;

/// <summary>What the services say while one of those they ask cannot answer.</summary>
public sealed class DegradedTests
{
    // One try and a fallback from the first failure on, as the services' own settings have it.
    private static readonly (string, string)[] Settings =
    [
        ("Resilience:Profiles:user:Operations:getUserProfile:Retry:MaxRetries", "0"),
        ("Resilience:Profiles:user:Operations:getUserProfile:Fallback:ErrorThreshold", "1"),
        ("Resilience:Profiles:feedback:Operations:analyzeFeedback:Retry:MaxRetries", "0"),
        ("Resilience:Profiles:feedback:Operations:analyzeFeedback:Fallback:ErrorThreshold", "1"),
    ];

    [Fact]
    public async Task GetSessionInfo_UserServiceFails_AnswersWithoutTheOwner()
    {
        await using ServiceBus bus = await StartAsync();

        SessionInfo info = await bus.AskAsync<GetSessionInfo, SessionInfo>(new GetSessionInfo("session-001"));

        info.UserId.ShouldBe("user-001");
        info.User.ShouldBeNull();
    }

    [Fact]
    public async Task ValidateToken_UserServiceFails_LetsInWithoutAName()
    {
        await using ServiceBus bus = await StartAsync();
        TokenIssued issued = await bus.AskAsync<IssueToken, TokenIssued>(new IssueToken("user-003"));

        TokenValidated validated = await bus.AskAsync<ValidateToken, TokenValidated>(new ValidateToken(issued.Token));

        validated.ShouldBe(new TokenValidated(TokenVerdict.Valid, "user-003", UserName: null, issued.ExpiresAt));
    }

    [Fact]
    public async Task GenerateReport_UserAndFeedbackFail_SaysWhatItLacks()
    {
        await using ServiceBus bus = await StartAsync();

        SessionReport report = await bus.AskAsync<GenerateReport, SessionReport>(new GenerateReport("session-003"));

        report.Missing.ShouldBe(["user", "feedback"]);
        report.UserName.ShouldBeNull();
        report.Feedback.ShouldBeNull();
        report.Summary.ShouldBe("Your date lasted 23 minutes. What you were given as feedback is not available right now.");
    }

    private static Task<ServiceBus> StartAsync() => ServiceBus.StartAsync(
        services => services.AddSingleton<IUserStore, BrokenStore>().AddSingleton<IFeedbackStore, BrokenStore>(),
        Settings);

    private sealed class BrokenStore : IUserStore, IFeedbackStore
    {
        public Task<UserProfile?> FindAsync(string userId, CancellationToken cancellationToken) => throw new IOException("broken");

        public Task<UserProfile?> UpdateAsync(string userId, string? name, string? locale, CancellationToken cancellationToken) =>
            throw new IOException("broken");

        public Task<SessionFeedback> ReadAsync(string sessionId, CancellationToken cancellationToken) => throw new IOException("broken");

        public Task AddAsync(string sessionId, string feedbackId, FeedbackPiece piece, CancellationToken cancellationToken) =>
            throw new IOException("broken");

        public Task EndAsync(string sessionId, DateTimeOffset at, CancellationToken cancellationToken) => throw new IOException("broken");
    }
}
