using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Auth;

[ServiceProfile(AuthModule.ServiceName)]
internal sealed class ValidateTokenConsumer(ITokenStore tokens, IRequestClient<GetUserProfile> users, TimeProvider time)
    : IConsumer<ValidateToken>
{
    private static readonly TokenValidated Unknown = new(TokenVerdict.Unknown, UserId: null, UserName: null, ExpiresAt: null);

    public async Task Consume(ConsumeContext<ValidateToken> context)
    {
        StoredToken? token = await tokens.FindAsync(TokenSecret.Hash(context.Message.Token), context.CancellationToken);
        await context.RespondAsync(token switch
        {
            null => Unknown,
            _ when token.ExpiresAt <= time.GetUtcNow() => new TokenValidated(TokenVerdict.Expired, token.UserId, UserName: null, token.ExpiresAt),
            _ => await GreetAsync(token, context.CancellationToken),
        });
    }

    private async Task<TokenValidated> GreetAsync(StoredToken token, CancellationToken cancellationToken)
    {
        Response<UserProfile, NotFound> user =
            await users.GetResponse<UserProfile, NotFound>(new GetUserProfile(token.UserId), cancellationToken);
        if (!user.Is(out Response<UserProfile>? profile))
            return Unknown;

        // The token is auth's own to judge: without the user service its bearer gets in, only without a name.
        string? name = profile.IsFallback(out _) ? null : profile.Message.Name;
        return new TokenValidated(TokenVerdict.Valid, token.UserId, name, token.ExpiresAt);
    }
}
