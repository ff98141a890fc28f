namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>What scripts go by.</summary>
internal static class ExitCode
{
    public const int Answered = 0;
    public const int BadArguments = 2;
    public const int BrokerUnavailable = 3;

    /// <summary>The codes as the help text shows them.</summary>
    public static readonly string Help = $"""
        Exit codes:
          {Answered}  answered
          {BadArguments}  wrong arguments
          {BrokerUnavailable}  the broker could not be reached, or refused
        """;
}
