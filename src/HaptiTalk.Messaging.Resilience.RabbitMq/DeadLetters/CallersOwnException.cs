using System.Runtime.ExceptionServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Carries an exception that the caller's own input caused, such as a body that is not JSON. <see cref="DeadLetterAccess"/> rethrows it
/// as it is, and does not report it as a failure of the broker.
/// </summary>
internal sealed class CallersOwnException(Exception failure) : Exception(failure.Message, failure)
{
    public ExceptionDispatchInfo Failure { get; } = ExceptionDispatchInfo.Capture(failure);
}
