namespace HaptiTalk.Messaging.Resilience;

/// <summary>A failure that counts: only held on to, because what is to be told of it is needed at most once.</summary>
/// <param name="Failure">What the call ended with.</param>
/// <param name="Classifier">Knows what is put around it.</param>
/// <param name="Frames">Finds where it came from.</param>
/// <param name="MessageId">The message that was consumed; null where none was.</param>
internal readonly record struct FailedCall(Exception Failure, FailureClassifier Classifier, HostFrames Frames, Guid? MessageId)
{
    public CircuitCause Describe(int distinctMessages)
    {
        Exception cause = Classifier.CauseOf(Failure);
        return new(RemoteText.Clean(Classifier.NameOf(cause)), RemoteText.Clean(cause.Message), Frames.In(cause), MessageId, distinctMessages);
    }
}
