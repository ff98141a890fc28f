using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>--any-queue</c>: this very queue is meant, whatever it is.</summary>
internal sealed class AnyQueueOption : Option<bool>
{
    public AnyQueueOption()
        : base("--any-queue") =>
        Description = "Look into a queue that is consumed, or is not known to hold dead letters. While it is read its consumers get nothing of it.";
}
