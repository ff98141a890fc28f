using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which messages are meant, under the same names in an address, in a body and in an answer. With nothing set, all of them.</summary>
internal sealed record MessageSelection
{
    [FromQuery(Name = "ids"), Description("Any of these as id or AMQP message id.")]
    public string[]? Ids { get; init; }

    [FromQuery(Name = "exceptionType"), Description("The exception's type, with or without its namespace; * stands for any text.")]
    public string? ExceptionType { get; init; }

    [FromQuery(Name = "messageType"), Description("The message's type, with or without its namespace; * stands for any text.")]
    public string? MessageType { get; init; }

    [FromQuery(Name = "consumerType"), Description("The consumer that failed, with or without its namespace; * stands for any text.")]
    public string? ConsumerType { get; init; }

    [FromQuery(Name = "inputQueue"), Description("The queue it was consumed from; * stands for any text.")]
    public string? InputQueue { get; init; }

    [FromQuery(Name = "fingerprint"), Description("The failure's fingerprint.")]
    public string? Fingerprint { get; init; }

    [FromQuery(Name = "header"), Description("A header that is there.")]
    public string? Header { get; init; }

    [FromQuery(Name = "headerValue"), Description("What that header says; * stands for any text.")]
    public string? HeaderValue { get; init; }

    [FromQuery(Name = "body"), Description("A text that the body contains.")]
    public string? Body { get; init; }

    [FromQuery(Name = "from"), Description("Failed at this time or later.")]
    public string? From { get; init; }

    [FromQuery(Name = "until"), Description("Failed before this time.")]
    public string? Until { get; init; }

    [FromQuery(Name = "without"), Description("Only messages without these: exceptionType, messageType, consumer, inputQueue, hour or fingerprint.")]
    public string[]? Without { get; init; }

    public static MessageSelection Of(DeadLetterQuery query) => new()
    {
        Ids = query.Ids.Count == 0 ? null : [.. query.Ids],
        ExceptionType = query.ExceptionType,
        MessageType = query.MessageType,
        ConsumerType = query.ConsumerType,
        InputQueue = query.InputQueue,
        Fingerprint = query.Fingerprint,
        Header = query.HeaderName,
        HeaderValue = query.HeaderValue,
        Body = query.BodyText,
        From = query.From?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        Until = query.Until?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        Without = query.Without.Count == 0 ? null : [.. query.Without.Select(EnumText.NameOf)],
    };

    /// <summary>What a body selects, with <c>select</c>, with <c>ids</c> or with both.</summary>
    public static DeadLetterQuery Read(MessageSelection? select, string[]? ids, FieldErrors errors)
    {
        DeadLetterQuery query = select?.ToQuery(errors, static name => $"select.{name}") ?? DeadLetterQuery.Everything;
        return ids is null or [] ? query : query with { Ids = [.. query.Ids, .. ids] };
    }

    public bool SelectsEverything() => this with { Ids = None(Ids), Without = None(Without) } == new MessageSelection();

    public DeadLetterQuery ToQuery(FieldErrors errors, Func<string, string>? pathOf = null)
    {
        pathOf ??= static name => name;
        foreach ((string name, string? value) in new[]
        {
            ("exceptionType", ExceptionType), ("messageType", MessageType), ("consumerType", ConsumerType), ("inputQueue", InputQueue),
            ("fingerprint", Fingerprint), ("header", Header), ("body", Body),
        })
        {
            if (value is "")
                errors.Add(pathOf(name), "is empty; leave it out where it does not matter.");
        }

        if (HeaderValue is not null && Header is null)
            errors.Add(pathOf("headerValue"), "needs the name of the header: header.");
        return new()
        {
            Ids = Ids ?? [],
            ExceptionType = ExceptionType,
            MessageType = MessageType,
            ConsumerType = ConsumerType,
            InputQueue = InputQueue,
            Fingerprint = Fingerprint,
            HeaderName = Header,
            HeaderValue = HeaderValue,
            BodyText = Body,
            From = Time(From, "from"),
            Until = Time(Until, "until"),
            Without = [.. (Without ?? []).SelectMany(written => Groupings.Read(written, pathOf("without"), errors))],
        };

        DateTimeOffset? Time(string? written, string name)
        {
            if (written is null)
                return null;
            if (DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
                return time;
            errors.Add(pathOf(name), $"'{written}' is no time; one looks like 2026-01-01T00:00:00Z.");
            return null;
        }
    }

    private static string[]? None(string[]? written) => written is { Length: > 0 } ? written : null;
}
