namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker could not be asked about its dead letters: unreachable, silent, or it refused. Nothing was changed.</summary>
public sealed class DeadLetterAccessException : Exception
{
    internal DeadLetterAccessException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
