namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Asks somebody at the terminal.</summary>
internal sealed class Question(ToolEnvironment environment)
{
    /// <summary>Whether there is somebody.</summary>
    public bool CanBeAsked => environment.IsInputTerminal && environment.IsErrorTerminal;

    public async Task<bool> AskAsync(string question, CancellationToken cancellationToken)
    {
        await environment.Error.WriteAsync($"{Printable.Line(question)} [y/N] ").ConfigureAwait(false);
        await environment.Error.FlushAsync(cancellationToken).ConfigureAwait(false);
        // Reading from a terminal blocks. After Ctrl-C nobody presses Enter.
        string? answer = await Task.Run(environment.Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
