using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>The exit codes that scripts check.</summary>
internal static class ExitCode
{
    public const int Answered = 0;
    public const int Trouble = 1;
    public const int BadArguments = 2;
    public const int BrokerUnavailable = 3;
    public const int LookRefused = 4;
    public const int SomethingStayed = 5;
    public const int NotConfirmed = 6;
    public const int NoSuchMessage = 7;
    public const int Stopped = 130;

    /// <summary>The codes and what they mean.</summary>
    public static readonly IReadOnlyList<(int Code, string Meaning)> All =
    [
        (Answered, "answered, done"),
        (Trouble, "a file could not be read or written, or an unexpected error occurred"),
        (BadArguments, "wrong arguments or settings"),
        (BrokerUnavailable, "the broker is not reachable, refused, or has no such queue"),
        (LookRefused, "the queue cannot be read safely; nothing was read"),
        (SomethingStayed, "only a part was done: messages were kept, came back or are in doubt"),
        (NotConfirmed, "not confirmed; nothing was changed"),
        (NoSuchMessage, "there is no such message"),
        (Stopped, "stopped by Ctrl-C or a signal"),
    ];

    /// <summary>The codes as the help text shows them.</summary>
    public static readonly string Help =
        $"Exit codes:{Environment.NewLine}{string.Join(Environment.NewLine, All.Select(static code => string.Create(
            CultureInfo.InvariantCulture, $"  {code.Code,-4} {code.Meaning}")))}";
}
