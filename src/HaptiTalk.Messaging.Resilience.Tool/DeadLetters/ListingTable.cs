using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>Queues of dead letters as a table.</summary>
internal static class ListingTable
{
    public static void Write(DeadLetterListing listing, Screen screen)
    {
        if (listing.Queues.Count > 0)
            screen.Write(Of(listing));
        else if (listing.ManagementProblem is null)
            screen.WriteLine($"No queue holds dead letters. {Caption(listing)}");
    }

    public static Table Of(DeadLetterListing listing)
    {
        Table table = Tables.Of(
            Tables.Name("Queue"), Tables.Number("Messages"), Tables.Name("Kind"), Tables.Name("Type"), Tables.Number("Delivery limit"),
            Tables.Number("Oldest"), Tables.Number("Growth"), Tables.Column("Look"));
        foreach (DeadLetterQueue queue in listing.Queues)
        {
            table.Add(
                queue.Name,
                queue.Messages is { } messages ? Format.Count(messages) : "no such queue",
                Format.Words(queue.Kind),
                Format.Words(queue.Type),
                queue.DeliveryLimit.ToString(),
                Format.Ago(queue.OldestAt, listing.TakenAt),
                Format.Growth(queue.GrowthPerMinute),
                Look(queue.Peek));
        }

        return Captioned(table, listing);
    }

    /// <summary>The columns that change during watch.</summary>
    public static Table OfDepths(DeadLetterListing listing)
    {
        Table table = Tables.Of(Tables.Name("Queue"), Tables.Number("Messages"), Tables.Number("Growth"));
        foreach (DeadLetterQueue queue in listing.Queues)
            table.Add(queue.Name, queue.Messages is { } messages ? Format.Count(messages) : "no such queue", Format.Growth(queue.GrowthPerMinute));
        return Captioned(table, listing);
    }

    /// <summary>The queues with these names; all without a name.</summary>
    public static DeadLetterListing Of(this DeadLetterListing listing, IReadOnlyCollection<string> names) => names.Count == 0
        ? listing
        : listing with { Queues = [.. listing.Queues.Where(queue => names.Contains(queue.Name, StringComparer.Ordinal))] };

    /// <summary>Says what is missing without the management API, and what to do.</summary>
    /// <returns>Whether the listing is usable without it.</returns>
    public static bool NoteManagement(this DeadLetterListing listing, IReadOnlyCollection<string> names, Screen screen)
    {
        if (listing.ManagementProblem is not { } problem)
            return true;
        screen.Note(names.Count > 0
            ? $"{problem} Without it not all of the queues' kinds and delivery limits are known."
            : $"{problem} Without it queues cannot be found: name them (haptitalk-resilience dead-letters list user_error ...), or give "
                + "--management and a user with the tag 'management'.");
        return names.Count > 0;
    }

    private static Table Captioned(Table table, DeadLetterListing listing)
    {
        table.Caption = new TableTitle(Markup.Escape(Printable.Line(Caption(listing))), Style.Plain);
        return table;
    }

    private static string Caption(DeadLetterListing listing) =>
        $"RabbitMQ {listing.BrokerVersion}, virtual host {listing.VirtualHost}, {Format.Time(listing.TakenAt)}";

    private static string Look(PeekSafety peek) => peek.Method switch
    {
        PeekMethod.Refuse => $"refused: {peek.Reason}",
        PeekMethod.Stream => "safe: reading a stream",
        PeekMethod.Close => "safe: closing the channel",
        _ => "safe: giving back in one",
    };
}
