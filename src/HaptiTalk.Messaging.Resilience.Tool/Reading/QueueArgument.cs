using System.CommandLine;
using System.CommandLine.Parsing;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Names of queues.</summary>
internal static class QueueArgument
{
    public static Argument<string> One(string description = "The queue of dead letters, for example user_error.")
    {
        Argument<string> queue = new("queue") { Description = description };
        queue.Validators.Add(Check);
        return queue;
    }

    public static Argument<string[]> Many(string description, ArgumentArity arity)
    {
        Argument<string[]> queues = new("queue") { Description = description, Arity = arity };
        queues.Validators.Add(Check);
        return queues;
    }

    public static void Check(SymbolResult result)
    {
        foreach (string problem in result.Tokens.Select(static token => Problem(token.Value)).OfType<string>())
            result.AddError(problem);
    }

    private static string? Problem(string queue) => queue switch
    {
        "" => "A queue name must not be empty.",
        // Otherwise a mistyped option would be asked for as a queue.
        _ when queue.StartsWith("--", StringComparison.Ordinal) => $"'{queue}' is no option of this command.",
        _ => null,
    };
}
