using System.Runtime.ExceptionServices;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Carries a failure of what the caller gave, such as a body that is no JSON, over the border: it is not the
/// broker's, and the caller gets it as it is.
/// </summary>
internal sealed class CallersOwnException(Exception failure) : Exception(failure.Message, failure)
{
    public ExceptionDispatchInfo Failure { get; } = ExceptionDispatchInfo.Capture(failure);
}
