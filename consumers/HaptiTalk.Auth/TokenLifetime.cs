namespace HaptiTalk.Auth;

/// <summary>How long a token is valid when nobody says otherwise: <c>Auth:TokenLifetime</c>.</summary>
internal sealed record TokenLifetime(TimeSpan Value)
{
    public static TokenLifetime Read(IConfiguration configuration)
    {
        TimeSpan value = configuration.GetValue("Auth:TokenLifetime", TimeSpan.FromHours(1));
        return value > TimeSpan.Zero
            ? new TokenLifetime(value)
            : throw new InvalidOperationException($"Auth:TokenLifetime must be longer than zero, not {value}.");
    }
}
