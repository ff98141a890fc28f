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
                Shown.Count(letter.Position + 1),
                letter.Id,
                Shown.Time(letter.Failure.At),
                letter.Failure.ExceptionType ?? letter.Failure.Reason ?? Shown.Nothing,
                letter.MessageType ?? Shown.Nothing,
                letter.Failure.ConsumerType ?? Shown.Nothing,
                letter.MessageId ?? Shown.Nothing,
                Shown.Count(letter.Replays),
                Shown.Bytes(letter.BodySize));
        }

        screen.Write(table);
    }
}
