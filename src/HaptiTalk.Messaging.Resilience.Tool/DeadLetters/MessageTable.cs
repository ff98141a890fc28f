using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>Messages, a line each.</summary>
internal static class MessageTable
{
    public static void Write(IReadOnlyList<DeadLetter> messages, Screen screen)
    {
        if (messages.Count == 0)
            return;
        Table table = Tables.Of(
            Tables.Number("#"), Tables.Name("Id"), Tables.Name("Failed"), Tables.Column("Exception"), Tables.Column("Message type"),
            Tables.Column("Consumer"), Tables.Column("Message id"), Tables.Number("Replays"), Tables.Number("Body"));
        foreach (DeadLetter letter in messages)
        {
            table.Add(
                Format.Count(letter.Position + 1),
                letter.Id,
                Format.Time(letter.Failure.At),
                letter.Failure.ExceptionType ?? letter.Failure.Reason ?? Format.Nothing,
                letter.MessageType ?? Format.Nothing,
                letter.Failure.ConsumerType ?? Format.Nothing,
                letter.MessageId ?? Format.Nothing,
                Format.Count(letter.Replays),
                Format.Bytes(letter.BodySize));
        }

        screen.Write(table);
    }
}
