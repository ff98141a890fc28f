namespace HaptiTalk.Documentation.Tests;

/// <summary>A failure that a game day has made; nothing ran.</summary>
public sealed class GameDayException(string service) : Exception($"Game day: '{service}' is made to fail.");
