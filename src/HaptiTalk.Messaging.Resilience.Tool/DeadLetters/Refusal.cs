namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>Why a queue cannot be read safely, and which commands help.</summary>
internal static class Refusal
{
    public static string Of(PeekRefusedException refused) => string.Join(
        Environment.NewLine,
        refused.Safety.Remedies
            .Select(remedy => $"- {Of(remedy, refused.Queue)}")
            .Prepend($"Cannot safely read '{refused.Queue}': {refused.Safety.Reason}. What helps:"));

    private static string Of(PeekRemedy remedy, string queue) => remedy.Kind switch
    {
        PeekRemedyKind.MirrorToStream =>
            $"Copy what arrives from now on to a stream, and read that: haptitalk-resilience dead-letters mirror {ShellWord.Of(queue)}",
        PeekRemedyKind.DrainToFile =>
            $"Move the queue to a file, read that, and import it again: haptitalk-resilience dead-letters export {ShellWord.Of(queue)} FILE --drain",
        PeekRemedyKind.AnyQueue => "Confirm that you mean this queue: --any-queue",
        _ when remedy.Command is { } command => $"{remedy.Description}{Environment.NewLine}    {command}",
        _ => remedy.Description,
    };
}
