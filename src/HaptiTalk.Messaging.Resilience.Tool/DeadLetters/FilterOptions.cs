using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>The options that select messages. A message must match all of them.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string[]> _ids = Many("--id", "id", "A message by its id or AMQP message id. May be repeated.");
    private readonly Option<string?> _exception = One("--exception", "type", "The exception's type, with or without namespace; * stands for any text.");
    private readonly Option<string?> _messageType = One("--message-type", "type", "The message's type, likewise.");
    private readonly Option<string?> _consumer = One("--consumer", "type", "The consumer's type, with or without namespace; * stands for any text.");
    private readonly Option<string?> _input = One("--input", "queue", "The queue that the message was consumed from; * stands for any text.");
    private readonly Option<string?> _fingerprint = One("--fingerprint", "digits", "The fingerprint of the failure, from summary --by fingerprint.");
    private readonly Option<string?> _header = One("--header", "name[=value]", "A header, or a header with this value; * stands for any text.");
    private readonly Option<string?> _body = One("--body", "text", "A text in the body. The case of a to z does not matter.");
    private readonly Option<DateTimeOffset?> _from;
    private readonly Option<DateTimeOffset?> _until;
    private readonly Option<IReadOnlyList<DeadLetterGrouping>> _without = new ReadOption<IReadOnlyList<DeadLetterGrouping>>(
        "--without", "what", $"some of {GroupingNames.Form}", GroupingNames.TryRead)
    {
        Description = $"Only messages without: {GroupingNames.Form}.",
    };

    public FilterOptions(TimeProvider clock)
    {
        _from = Time("--from", "Failed at this time or later", clock);
        _until = Time("--until", "Failed before this time", clock);
        _header.Validators.Add(static result =>
        {
            if (result.Tokens is [var header] && header.Value.StartsWith('='))
                result.AddError($"'{header.Value}' is not allowed for --header: a name, or name=value.");
        });
    }

    public void AddTo(Command command)
    {
        Option[] all = [_ids, _exception, _messageType, _consumer, _input, _fingerprint, _header, _body, _from, _until, _without];
        foreach (Option option in all)
            command.Add(option);
    }

    public DeadLetterQuery Read(ParseResult parsed)
    {
        string[]? header = parsed.GetValue(_header)?.Split('=', 2);
        return new()
        {
            Ids = parsed.GetValue(_ids) ?? [],
            ExceptionType = parsed.GetValue(_exception),
            MessageType = parsed.GetValue(_messageType),
            ConsumerType = parsed.GetValue(_consumer),
            InputQueue = parsed.GetValue(_input),
            Fingerprint = parsed.GetValue(_fingerprint),
            HeaderName = header?[0],
            HeaderValue = header is [_, var value] ? value : null,
            BodyText = parsed.GetValue(_body),
            From = parsed.GetValue(_from),
            Until = parsed.GetValue(_until),
            Without = parsed.GetValue(_without) ?? [],
        };
    }

    /// <summary>The options that find the messages of a group.</summary>
    public static string Of(DeadLetterQuery query)
    {
        (string Name, string? Value)[] options =
        [
            ("--exception", query.ExceptionType),
            ("--message-type", query.MessageType),
            ("--consumer", query.ConsumerType),
            ("--input", query.InputQueue),
            ("--fingerprint", query.Fingerprint),
            ("--from", query.From?.ToString("O")),
            ("--until", query.Until?.ToString("O")),
            ("--without", query.Without.Count > 0 ? string.Join(',', query.Without.Select(GroupingNames.Of)) : null),
        ];
        return string.Join(' ', options
            .Where(static option => option.Value is not null)
            .Select(static option => $"{option.Name} {ShellWord.Of(option.Value!)}"));
    }

    private static Option<string?> One(string name, string form, string description) => new(name) { HelpName = form, Description = description };

    private static Option<string[]> Many(string name, string form, string description) => new(name) { HelpName = form, Description = description };

    private static ReadOption<DateTimeOffset?> Time(string name, string description, TimeProvider clock) =>
        new(name, "time", Amounts.TimeForm, Amounts.TimeOf(clock)) { Description = $"{description}: {Amounts.TimeForm}." };
}
