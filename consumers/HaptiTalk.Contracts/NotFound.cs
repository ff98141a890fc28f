namespace HaptiTalk.Contracts;

/// <summary>The answer of any service that was asked about something it does not know.</summary>
/// <param name="What">What was looked for, for example <c>user</c>.</param>
/// <param name="Id">The id nobody has.</param>
public sealed record NotFound(string What, string Id);
