using System.Collections;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How much memory what was read of messages takes: rather too much than too little.</summary>
internal static class DeadLetterSize
{
    private const int Object = 32;
    private const int Field = 64;
    private const int Letter = 1024;

    public static long Of(DeadLetter letter) =>
        Letter
        + Object + letter.Body.Length
        + Of(letter.Id) + Of(letter.MessageId) + Of(letter.MessageType) + Of(letter.TraceId) + Of(letter.Exchange) + Of(letter.RoutingKey)
        + Of(letter.Properties)
        + Of((object)letter.Headers)
        + Of(letter.Failure)
        + (letter.Envelope is { } envelope ? Of(envelope) : 0);

    public static long Of(DeadLetterSummary summary) => Letter + summary.Groups.Sum(static group =>
        Letter + Of(group.Sample) + group.Key.Sum(Of) + Of(group.Query.ExceptionType) + Of(group.Query.MessageType) + Of(group.Query.ConsumerType)
        + Of(group.Query.InputQueue) + Of(group.Query.Fingerprint));

    private static long Of(DeadLetterProperties properties) =>
        Of(properties.ContentType) + Of(properties.ContentEncoding) + Of(properties.CorrelationId) + Of(properties.ReplyTo) + Of(properties.Expiration)
        + Of(properties.Type) + Of(properties.UserId) + Of(properties.AppId);

    private static long Of(DeadLetterFailure failure) =>
        Of(failure.Reason) + Of(failure.ExceptionType) + Of(failure.ExceptionMessage) + Of(failure.StackTrace) + Of(failure.Fingerprint)
        + Of(failure.ConsumerType) + Of(failure.InputQueue)
        + failure.Deaths.Sum(static death => (4 * Field) + Of(death.Queue) + Of(death.Reason) + Of(death.Exchange) + death.RoutingKeys.Sum(static key => Field + Of(key)));

    private static long Of(DeadLetterEnvelope envelope) =>
        (8 * Field)
        + envelope.MessageTypes.Sum(static type => Field + Of(type))
        + Of(envelope.RequestId) + Of(envelope.ConversationId) + Of(envelope.SourceAddress) + Of(envelope.DestinationAddress)
        + Of(envelope.ResponseAddress) + Of(envelope.FaultAddress)
        + Of(envelope.Headers) + Of(envelope.Host);

    private static long Of(IReadOnlyDictionary<string, string?> table) => (4 * Field) + table.Sum(static field => Field + Of(field.Key) + Of(field.Value));

    private static long Of(string? text) => text is null ? 0 : Object + (2L * text.Length);

    private static long Of(object? value) => value switch
    {
        null => 0,
        string text => Of(text),
        IEnumerable<KeyValuePair<string, object?>> table => (4 * Field) + table.Sum(static field => Field + Of(field.Key) + Of(field.Value)),
        IList list => Field + list.Cast<object?>().Sum(static item => 8 + Of(item)),
        _ => Object,
    };
}
