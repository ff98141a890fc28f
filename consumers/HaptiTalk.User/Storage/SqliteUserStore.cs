using HaptiTalk.Contracts;
using HaptiTalk.Hosting;
using Microsoft.Data.Sqlite;

namespace HaptiTalk.User;

internal sealed class SqliteUserStore([FromKeyedServices(UserModule.ServiceName)] SqliteDatabase database) : IUserStore
{
    public Task<UserProfile?> FindAsync(string userId, CancellationToken cancellationToken) =>
        database.FindAsync($"SELECT id, name, email, locale FROM users WHERE id = {userId}", ReadProfile, cancellationToken);

    public Task<UserProfile?> UpdateAsync(string userId, string? name, string? locale, CancellationToken cancellationToken) =>
        database.FindAsync(
            $"""
            UPDATE users SET name = coalesce({name}, name), locale = coalesce({locale}, locale) WHERE id = {userId}
            RETURNING id, name, email, locale
            """,
            ReadProfile,
            cancellationToken);

    private static UserProfile ReadProfile(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));
}
