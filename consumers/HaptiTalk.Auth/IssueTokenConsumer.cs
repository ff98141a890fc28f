using System.ComponentModel.DataAnnotations;
using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Auth;

[ServiceProfile(AuthModule.ServiceName)]
internal sealed class IssueTokenConsumer(
    ITokenStore tokens, IRequestClient<GetUserProfile> users, TokenLifetime lifetime, TimeProvider time) : IConsumer<IssueToken>
{
    public async Task Consume(ConsumeContext<IssueToken> context)
    {
        (string userId, TimeSpan? asked) = context.Message;
        TimeSpan validFor = asked ?? lifetime.Value;
        if (validFor <= TimeSpan.Zero)
            throw new ValidationException($"Lifetime must be longer than zero, not {validFor}.");

        // A stand-in for the profile will do: whoever asks has checked the credentials, and a token is checked again when it is used.
        Response<UserProfile, NotFound> user =
            await users.GetResponse<UserProfile, NotFound>(new GetUserProfile(userId), context.CancellationToken);
        if (user.Is(out Response<NotFound>? _))
        {
            await context.RespondNotFoundAsync("user", userId);
            return;
        }

        string token = TokenSecret.Create();
        DateTimeOffset now = time.GetUtcNow();
        await tokens.AddAsync(new StoredToken(TokenSecret.Hash(token), userId, now + validFor), now, context.CancellationToken);
        await context.RespondAsync(new TokenIssued(userId, token, now + validFor));
    }
}
