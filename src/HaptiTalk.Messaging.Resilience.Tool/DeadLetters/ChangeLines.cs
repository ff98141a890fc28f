namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>Writes a line for each queue whose depth has changed. The first time it writes all.</summary>
internal sealed class ChangeLines(Screen screen)
{
    private readonly Dictionary<string, long?> _before = new(StringComparer.Ordinal);

    public void Write(DeadLetterListing listing)
    {
        foreach (DeadLetterQueue queue in listing.Queues)
            Write(listing.TakenAt, queue.Name, queue.Messages, queue.GrowthPerMinute);
        foreach (string gone in _before.Keys.Except(listing.Queues.Select(static queue => queue.Name), StringComparer.Ordinal).ToArray())
            Write(listing.TakenAt, gone, messages: null, growthPerMinute: null);
    }

    private void Write(DateTimeOffset at, string queue, long? messages, double? growthPerMinute)
    {
        bool isKnown = _before.TryGetValue(queue, out long? before);
        if (isKnown && before == messages)
            return;
        _before[queue] = messages;
        if (screen.IsJson)
            screen.WriteJson(new { at, queue, messages, before, growthPerMinute });
        else
            screen.WriteLine($"{Format.Time(at)}  {Printable.Line(queue)}  {(messages is null ? "gone" : Format.Count(messages))}  {Format.Growth(growthPerMinute)}");
    }
}
