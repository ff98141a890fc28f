using HaptiTalk.Contracts;

namespace HaptiTalk.Consumers.Tests;

public sealed class AuthTests
{
    [Fact]
    public async Task ValidateToken_Issued_NamesItsUser()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        TokenIssued issued = await bus.AskAsync<IssueToken, TokenIssued>(new IssueToken("user-003"));

        TokenValidated validated = await bus.AskAsync<ValidateToken, TokenValidated>(new ValidateToken(issued.Token));

        validated.ShouldBe(new TokenValidated(TokenVerdict.Valid, "user-003", "Haeun Kim", issued.ExpiresAt));
    }

    [Fact]
    public async Task ValidateToken_AfterItsLifetime_IsExpired()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();
        TokenIssued issued = await bus.AskAsync<IssueToken, TokenIssued>(new IssueToken("user-003", TimeSpan.FromMinutes(5)));
        bus.Time.Advance(TimeSpan.FromMinutes(5));

        TokenValidated validated = await bus.AskAsync<ValidateToken, TokenValidated>(new ValidateToken(issued.Token));

        validated.Verdict.ShouldBe(TokenVerdict.Expired);
    }

    [Fact]
    public async Task ValidateToken_NeverIssued_IsUnknown()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        TokenValidated validated = await bus.AskAsync<ValidateToken, TokenValidated>(new ValidateToken("made up"));

        validated.ShouldBe(new TokenValidated(TokenVerdict.Unknown, UserId: null, UserName: null, ExpiresAt: null));
    }

    [Fact]
    public async Task IssueToken_UnknownUser_AnswersNotFound()
    {
        await using ServiceBus bus = await ServiceBus.StartAsync();

        NotFound missing = await bus.AskAsync<IssueToken, NotFound>(new IssueToken("nobody"));

        missing.ShouldBe(new NotFound("user", "nobody"));
    }
}
