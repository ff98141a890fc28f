using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>--any-queue</c>: allows a queue that has consumers or does not look like one of dead letters.</summary>
internal sealed class AnyQueueOption : Option<bool>
{
    public AnyQueueOption()
        : base("--any-queue") =>
        Description = "Read a queue that has consumers, or that does not look like one of dead letters. Its consumers get no message meanwhile.";
}
