using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters</c> with all that can be done about them.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(ToolEnvironment environment)
    {
        CommandFrame frame = new(environment);
        Command command = new("dead-letters", "Queues of messages that could not be handled.")
        {
            new ListCommand(frame),
            new CountCommand(frame),
            new SummaryCommand(frame),
            new PeekCommand(frame),
            new ShowCommand(frame),
            new SearchCommand(frame),
            new ReplayCommand(frame),
            new DiscardCommand(frame),
            new ExportCommand(frame),
            new ImportCommand(frame),
            new MirrorCommand(frame),
            new WatchCommand(frame),
        };
        frame.AddTo(command);
        return command;
    }
}
