using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>What all commands share: the options that choose a broker, and the handling of failures.</summary>
internal sealed class CommandFrame(ToolEnvironment environment)
{
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON instead of tables.", Recursive = true };

    public ToolEnvironment ToolEnvironment => environment;

    public void AddTo(Command command)
    {
        _connection.AddTo(command);
        command.Add(_json);
    }

    public async Task<int> RunAsync(ParseResult parsed, Func<DeadLetterRun, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        Screen screen = new(environment, parsed.GetValue(_json));
        bool isVerbose = parsed.GetValue(_connection.Verbose);
        try
        {
            Connection connection = new ConnectionChoice(_connection, environment).Read(parsed);
            foreach (string option in connection.Visible)
            {
                screen.Note($"warning: {option} holds a password, and others on this machine can see the arguments of a process. "
                    + "Use an environment variable, a settings file or --password-stdin.");
            }

            if (isVerbose)
            {
                string management = parsed.GetValue(_connection.NoManagement) ? "not used" : connection.ManagementFrom ?? "where the broker is";
                screen.Note($"broker: {connection.DeadLetters.Address} (from {connection.BrokerFrom}); management API: {management}");
            }

            return await run(new(parsed, connection.DeadLetters, screen, environment), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Note("Stopped.");
            return ExitCode.Stopped;
        }
        catch (Exception failure) when (CodeOf(failure) is { } code)
        {
            screen.Note(TextOf(failure));
            for (Exception? cause = failure.InnerException; isVerbose && cause is not null; cause = cause.InnerException)
                screen.Note($"  because: {cause.GetType().Name}: {cause.Message}");
            return code;
        }
        catch (Exception unforeseen)
        {
            // Screen shows it, because only Screen hides passwords and control characters.
            screen.Note($"Unexpected error: {unforeseen}");
            return ExitCode.Trouble;
        }
    }

    private static string TextOf(Exception failure) => failure switch
    {
        PeekRefusedException refused => Refusal.Of(refused),
        // The user does not know methods and parameters.
        ArgumentException { ParamName: { } parameter } wrong => wrong.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        _ => failure.Message,
    };

    private static int? CodeOf(Exception failure) => failure switch
    {
        ConnectionException or ArgumentException => ExitCode.BadArguments,
        PeekRefusedException => ExitCode.LookRefused,
        DeadLetterAccessException => ExitCode.BrokerUnavailable,
        IOException or UnauthorizedAccessException => ExitCode.Trouble,
        _ => null,
    };
}
