using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>Asks auth for a token that lets <paramref name="UserId"/>'s devices in. Answered by <see cref="TokenIssued"/>, or <see cref="NotFound"/>.</summary>
/// <param name="UserId">Whose token.</param>
/// <param name="Lifetime">How long it is valid; without a value, as long as auth is configured to.</param>
[ServiceProfile("auth")]
public sealed record IssueToken(string UserId, TimeSpan? Lifetime = null);

/// <summary>A new token. Auth keeps only its hash: this reply is the one place where it can be read.</summary>
public sealed record TokenIssued(string UserId, string Token, DateTimeOffset ExpiresAt);

/// <summary>Asks auth whose token this is. Answered by <see cref="TokenValidated"/>.</summary>
[ServiceProfile("auth")]
public sealed record ValidateToken(string Token);

/// <summary>Whether a token lets its bearer in, and as whom.</summary>
/// <param name="Verdict">Only <see cref="TokenVerdict.Valid"/> lets anybody in.</param>
/// <param name="UserId">Whose token it is; null when it is unknown.</param>
/// <param name="UserName">What the user is called; null when the user service could not say.</param>
/// <param name="ExpiresAt">When the token stops being valid; null when it is unknown.</param>
public sealed record TokenValidated(TokenVerdict Verdict, string? UserId, string? UserName, DateTimeOffset? ExpiresAt);

/// <summary>What auth thinks of a token.</summary>
public enum TokenVerdict
{
    /// <summary>Auth never issued it.</summary>
    Unknown,

    /// <summary>Its bearer may come in.</summary>
    Valid,

    /// <summary>It was valid once.</summary>
    Expired,
}
