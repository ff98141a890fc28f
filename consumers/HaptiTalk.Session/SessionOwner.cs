using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Session;

/// <summary>Asks the user service who a session belongs to.</summary>
internal sealed class SessionOwner(IRequestClient<GetUserProfile> users)
{
    public async Task<Owner> FindAsync(string userId, CancellationToken cancellationToken)
    {
        Response<UserProfile, NotFound> response =
            await users.GetResponse<UserProfile, NotFound>(new GetUserProfile(userId), cancellationToken);
        if (!response.Is(out Response<UserProfile>? found))
            return new Owner(Exists: false, Profile: null);

        // A session matters more than its owner's name: a stand-in lets it go on, but is never handed out as the profile.
        return new Owner(Exists: true, found.IsFallback(out _) ? null : found.Message);
    }

    /// <summary>Exists is taken on trust while the user service cannot answer.</summary>
    internal sealed record Owner(bool Exists, UserProfile? Profile);
}
