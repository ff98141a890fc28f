using System.Collections;
using System.Text;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps the headers of an error copy small enough for the broker. All headers of a message travel in one frame; one that is too
/// large costs the connection, and the message comes back and does it again.
/// </summary>
internal static class HeaderFrame
{
    // RabbitMQ's frame_max unless configured otherwise.
    private const int FrameSize = 128 * 1024;

    // For what shares the frame: the message's other properties and what names this host.
    private const int Reserve = 4 * 1024;

    // A type octet and, before texts and lists, a length.
    private const int Prefix = 5;

    // What can be shortened, the most expendable first.
    private static readonly string[] Expendable =
    [
        MessageHeaders.FaultStackTrace,
        ResilienceHeaders.FirstFailure,
        MessageHeaders.FaultMessage,
        MessageHeaders.FaultConsumerType,
        MessageHeaders.FaultMessageType,
        MessageHeaders.FaultInputAddress,
    ];

    /// <summary>Shortens what is added to a message's own headers until both fit.</summary>
    public static void Fit(SendHeaders added, Headers own)
    {
        int excess = added.GetAll().Sum(SizeOf) + own.GetAll().Where(header => !added.TryGetHeader(header.Key, out _)).Sum(SizeOf) - (FrameSize - Reserve);
        foreach (string key in Expendable)
        {
            if (excess <= 0)
                return;
            if (added.TryGetHeader(key, out object? value) && value is string text)
                excess -= Shorten(added, key, text, excess);
        }
    }

    private static int Shorten(SendHeaders headers, string key, string text, int excess)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = bytes.Length - excess;

        // Not within a character.
        while (length > 0 && (bytes[length] & 0xC0) == 0x80)
            length--;
        headers.Set(key, length > 0 ? Encoding.UTF8.GetString(bytes, 0, length) : null);
        return length > 0 ? bytes.Length - length : SizeOf(new(key, text));
    }

    private static int SizeOf(KeyValuePair<string, object> header) => 1 + Encoding.UTF8.GetByteCount(header.Key) + SizeOf(header.Value);

    private static int SizeOf(object? value) => value switch
    {
        string text => Prefix + Encoding.UTF8.GetByteCount(text),
        byte[] bytes => Prefix + bytes.Length,
        IDictionary<string, object> table => Prefix + table.Sum(SizeOf),
        IEnumerable list => Prefix + list.Cast<object?>().Sum(SizeOf),
        _ => Prefix + sizeof(long),
    };
}
