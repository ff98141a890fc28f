using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>Asks user who somebody is. Answered by <see cref="UserProfile"/>, or <see cref="NotFound"/>.</summary>
[ServiceProfile("user")]
public sealed record GetUserProfile(string UserId);

/// <summary>Changes what somebody is called and spoken to in. Answered by the new <see cref="UserProfile"/>, or <see cref="NotFound"/>.</summary>
/// <param name="UserId">Whose profile.</param>
/// <param name="Name">The new name; null leaves it.</param>
/// <param name="Locale">The new language, for example <c>ko</c>; null leaves it.</param>
[ServiceProfile("user")]
public sealed record UpdateUserProfile(string UserId, string? Name = null, string? Locale = null);

/// <summary>Who somebody is.</summary>
public sealed record UserProfile(string Id, string Name, string Email, string Locale)
{
    /// <summary>Stands in for a profile while the user service cannot answer: it claims nothing but the id.</summary>
    public static UserProfile Unnamed(string id) => new(id, Name: "", Email: "", Locale: "en");
}
