using HaptiTalk.Hosting;

namespace HaptiTalk.Auth;

internal sealed class SqliteTokenStore([FromKeyedServices(AuthModule.ServiceName)] SqliteDatabase database) : ITokenStore
{
    private static readonly TimeSpan ExpiredAreKept = TimeSpan.FromDays(1);

    public Task<StoredToken?> FindAsync(string hash, CancellationToken cancellationToken) =>
        database.FindAsync(
            $"SELECT hash, user_id, expires_at FROM tokens WHERE hash = {hash}",
            row => new StoredToken(row.GetString(0), row.GetString(1), row.GetInstant(2)),
            cancellationToken);

    public Task AddAsync(StoredToken token, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            DELETE FROM tokens WHERE expires_at < {now - ExpiredAreKept};
            INSERT INTO tokens (hash, user_id, expires_at) VALUES ({token.Hash}, {token.UserId}, {token.ExpiresAt})
            """,
            cancellationToken);
}
