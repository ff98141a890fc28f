using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>What to change on the one message that is replayed.</summary>
internal sealed class EditOptions
{
    private readonly Option<string?> _body = new("--edit-body")
    {
        HelpName = "file",
        Description = "Replay the message of --id with this file as its body.",
    };

    private readonly Option<string[]> _set = new("--set-header")
    {
        HelpName = "name=value",
        Description = "Replay the message of --id with this header. May be repeated.",
    };

    private readonly Option<string[]> _remove = new("--remove-header")
    {
        HelpName = "name",
        Description = "Replay the message of --id without this header. May be repeated.",
    };

    public void AddTo(Command command)
    {
        command.Add(_body);
        command.Add(_set);
        command.Add(_remove);
        _set.Validators.Add(static result =>
        {
            foreach (string text in result.Tokens.Select(static token => token.Value).Where(static text => text.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"'{text}' is not allowed for --set-header: name=value.");
        });
    }

    public bool AreGiven(ParseResult parsed) =>
        parsed.GetValue(_body) is not null || parsed.GetValue(_set) is { Length: > 0 } || parsed.GetValue(_remove) is { Length: > 0 };

    /// <exception cref="IOException">The body cannot be read.</exception>
    public async Task<EditedReplay> ReadAsync(DeadLetterRun run, ReplayRequest request, AbandonedRequests? abandonedRequests, CancellationToken cancellationToken)
    {
        Dictionary<string, string?> headers = new(StringComparer.Ordinal);
        foreach (string text in run.Parsed.GetValue(_set) ?? [])
            headers[text.Split('=', 2)[0]] = text.Split('=', 2)[1];
        foreach (string name in run.Parsed.GetValue(_remove) ?? [])
            headers[name] = null;
        byte[]? body = run.Parsed.GetValue(_body) is { } file
            ? await File.ReadAllBytesAsync(Path.Combine(run.ToolEnvironment.Folder, file), cancellationToken).ConfigureAwait(false)
            : null;
        return new()
        {
            Queue = request.Queue,
            Id = request.Select.Ids.Single(),
            Body = body,
            Headers = headers,
            Target = request.Target,
            TrustHeaders = request.TrustHeaders,
            AbandonedRequests = abandonedRequests ?? AbandonedRequests.ReplayWithoutReply,
            DespiteDeliveryLimit = request.DespiteDeliveryLimit,
        };
    }
}
