using HaptiTalk.Contracts;

namespace HaptiTalk.User;

/// <summary>Where profiles are kept.</summary>
public interface IUserStore
{
    /// <summary>The profile, or null when nobody has the id.</summary>
    Task<UserProfile?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Changes what is given and leaves what is null. The new profile, or null when nobody has the id.</summary>
    Task<UserProfile?> UpdateAsync(string userId, string? name, string? locale, CancellationToken cancellationToken);
}
