using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What opened a circuit: the last failure before it did. Texts are one line of at most 200 characters each.</summary>
/// <param name="ExceptionType">The exception's type, with its namespace; of a fault from another process the type that was thrown there.</param>
/// <param name="Message">What the exception says.</param>
/// <param name="Frame">The first method of the host's own code that it was thrown through; null where there is none.</param>
/// <param name="MessageId">The message that failed; null where none was consumed.</param>
/// <param name="DistinctMessages">
/// How many different messages have failed since a call succeeded last, counted up to 50; 0 where none was consumed.
/// </param>
public sealed record CircuitCause(string ExceptionType, string Message, string? Frame, Guid? MessageId, int DistinctMessages)
{
    /// <summary>All of it in one line.</summary>
    public override string ToString()
    {
        string where = Frame is null ? string.Empty : $" at {Frame}";
        string which = MessageId is { } id
            ? string.Create(CultureInfo.InvariantCulture, $", message {id} (different ones that failed: {DistinctMessages}{(DistinctMessages == FailedMessages.Most ? " or more" : "")})")
            : string.Empty;
        return $"{ExceptionType}{where}: {Message}{which}";
    }
}
