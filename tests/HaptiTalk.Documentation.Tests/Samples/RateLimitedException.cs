namespace HaptiTalk.Documentation.Tests;

/// <summary>A rate limiter refused; nothing ran.</summary>
public sealed class RateLimitedException(string? operation) : Exception($"'{operation}' was refused: too many calls in too short a time.");
