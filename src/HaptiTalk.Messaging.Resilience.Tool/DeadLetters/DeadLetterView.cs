namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>One message for a reader.</summary>
internal static class DeadLetterView
{
    public static void Write(DeadLetter letter, DateTimeOffset now, Screen screen)
    {
        DeadLetterFailure failure = letter.Failure;
        Section(
            "Message",
            ("id", letter.Id),
            ("message id", letter.MessageId),
            ("type", letter.MessageType),
            ("place", $"{Format.Count(letter.Position + 1)} from the head"),
            ("sent", When(letter.SentAt)),
            ("trace id", letter.TraceId),
            ("exchange", letter.Exchange.Length > 0 ? letter.Exchange : "(default)"),
            ("routing key", letter.RoutingKey),
            ("replays", Format.Count(letter.Replays)),
            ("failed deliveries", letter.DeliveryCount > 0 ? Format.Count(letter.DeliveryCount) : null),
            ("content type", letter.Properties.ContentType),
            ("correlation id", letter.Properties.CorrelationId),
            ("reply to", letter.Properties.ReplyTo),
            ("expiration", letter.Properties.Expiration is { } expiration ? $"{expiration} ms" : null),
            ("persistent", letter.Properties.Persistent ? "yes" : "no"));
        Section(
            "Failure",
            ("reason", failure.Reason),
            ("at", When(failure.At)),
            ("exception", failure.ExceptionType),
            ("said", failure.ExceptionMessage),
            ("consumer", failure.ConsumerType),
            ("input queue", failure.InputQueue),
            ("fingerprint", failure.Fingerprint));
        Section("Dead-lettered by the broker", [.. failure.Deaths.Select(static death =>
            (death.Queue, (string?)$"{death.Reason}, {(death.Count == 1 ? "once" : $"{Format.Count(death.Count)} times")}, first {Format.Time(death.At)}"))]);
        if (letter.Envelope is { } envelope)
            WriteEnvelope(envelope);
        Section("Headers", [.. letter.Headers.OrderBy(static header => header.Key, StringComparer.Ordinal)
            .Where(static header => header.Key != "MT-Fault-StackTrace")
            .Select(static header => (header.Key, (string?)ValueText.Of(header.Value)))]);
        Text("Stack trace", failure.StackTrace);
        Text($"Body, {Format.Bytes(letter.BodySize)}", BodyText.Of(letter));

        string? When(DateTimeOffset? at) => at is null ? null : $"{Format.Time(at)}, {Format.Ago(at, now)}";

        void WriteEnvelope(DeadLetterEnvelope envelope) => Section(
            "Envelope",
            [
                ("message types", string.Join(", ", envelope.MessageTypes)),
                ("request id", envelope.RequestId),
                ("conversation id", envelope.ConversationId),
                ("source", envelope.SourceAddress),
                ("destination", envelope.DestinationAddress),
                ("response", envelope.ResponseAddress),
                ("fault", envelope.FaultAddress),
                ("sent", When(envelope.SentTime)),
                ("wanted until", When(envelope.ExpirationTime)),
                .. envelope.Headers.Select(static header => ($"header {header.Key}", header.Value)),
                .. envelope.Host.Select(static host => ($"host {host.Key}", host.Value)),
            ]);

        void Section(string title, params IReadOnlyList<(string, string?)> facts)
        {
            if (!facts.Any(static fact => fact.Item2 is not null))
                return;
            screen.WriteLine(title);
            screen.Write(Tables.Facts(facts.Select(static fact => ($"  {fact.Item1}", fact.Item2))));
            screen.WriteLine();
        }

        void Text(string title, string? text)
        {
            if (text is null)
                return;
            screen.WriteLine(title);
            screen.WriteLine(text);
            screen.WriteLine();
        }
    }
}
