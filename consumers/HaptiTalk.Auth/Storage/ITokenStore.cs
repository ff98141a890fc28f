namespace HaptiTalk.Auth;

/// <summary>Where issued tokens are kept, by their hash.</summary>
public interface ITokenStore
{
    /// <summary>The token, or null when it was never issued, or expired long ago.</summary>
    Task<StoredToken?> FindAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Keeps a token, and forgets those that expired more than a day before <paramref name="now"/>.</summary>
    Task AddAsync(StoredToken token, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>An issued token.</summary>
public sealed record StoredToken(string Hash, string UserId, DateTimeOffset ExpiresAt);
