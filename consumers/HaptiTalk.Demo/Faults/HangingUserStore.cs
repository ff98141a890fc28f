using HaptiTalk.Contracts;
using HaptiTalk.User;

namespace HaptiTalk.Demo;

/// <summary>The user service's real store, behind a database that can hang.</summary>
internal sealed class HangingUserStore(IUserStore inner, Outage outage) : IUserStore
{
    public async Task<UserProfile?> FindAsync(string userId, CancellationToken cancellationToken)
    {
        await outage.WaitAsync(cancellationToken);
        return await inner.FindAsync(userId, cancellationToken);
    }

    public async Task<UserProfile?> UpdateAsync(string userId, string? name, string? locale, CancellationToken cancellationToken)
    {
        await outage.WaitAsync(cancellationToken);
        return await inner.UpdateAsync(userId, name, locale, cancellationToken);
    }
}
