using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One event with its number; written out once, however many clients get it.</summary>
internal sealed class FeedEntry(long id, ResilienceEvent happened)
{
    // First the event, then only its bytes: an event may keep large objects alive.
    private object _content = happened;

    public long Id => id;

    /// <summary>The event as it goes over the wire.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get
        {
            if (_content is ResilienceEvent unwritten)
                _content = Write(id, JsonNamingPolicy.CamelCase.ConvertName(unwritten.GetType().Name), unwritten);
            return (byte[])_content;
        }
    }

    private static byte[] Write(long id, string type, ResilienceEvent happened)
    {
        // All watchers get the same frame. Private details are only in the audit.
        object members = happened is ControlChanged controlled ? AuditEntry.From(DeadLetterAudit.WithoutContents(controlled.Change)) : happened;
        JsonObject written = JsonSerializer.SerializeToNode(members, members.GetType(), DocumentedJson.Options)!.AsObject();
        written.Remove("occurredAt");
        var data = new JsonObject
        {
            ["time"] = JsonSerializer.SerializeToNode(happened.OccurredAt, DocumentedJson.Options),
            ["type"] = type,
        };

        // First the members that all events have, then the event's own.
        foreach (string common in (string[])["service", "side", "operation"])
            Move(written, data, common);
        foreach (string own in (string[])[.. written.Select(member => member.Key)])
            Move(written, data, own);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"id: {id}\nevent: {type}\ndata: {data.ToJsonString(DocumentedJson.Options)}\n\n"));
    }

    private static void Move(JsonObject from, JsonObject to, string member)
    {
        if (from.Remove(member, out JsonNode? value) && !to.ContainsKey(member))
            to.Add(member, value);
    }
}
