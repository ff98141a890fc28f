using System.Diagnostics;
using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps the properties of an error copy small enough for the broker. All of a message's travel in one frame; one that is too
/// large costs the connection, and the message comes back and does it again.
/// </summary>
internal sealed class HeaderFrame(IReadOnlyBasicProperties own, uint frameMax)
{
    // What shares the frame: its own ends, then class, weight, the body's size and which properties there are.
    private const int Around = 8 + 2 + 2 + 8 + 2;

    // What a quorum queue writes on it when it hands it out.
    private const int Counts = 64;

    // What the client numbers its confirms by.
    private const string SequenceNumber = "x-dotnet-pub-seq-no";

    // The names of cut headers need not all be there.
    private const int LongestCut = 200;

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

    /// <summary>
    /// Shortens what is added to a message's own headers until both fit; where that is not enough, its own, the largest first.
    /// What was cut of those is named in <see cref="ResilienceHeaders.Cut"/>.
    /// </summary>
    public void Fit(SendHeaders added)
    {
        if (frameMax == 0 || SizeWith(added) is var size && size <= frameMax)
            return;

        foreach (string key in Expendable)
        {
            if (added.TryGetHeader(key, out object? value) && value is string text)
                added.Set(key, Shortened(Encoding.UTF8.GetBytes(text), size - frameMax) is { } bytes ? Encoding.UTF8.GetString(bytes) : null);
            if ((size = SizeWith(added)) <= frameMax)
                return;
        }

        CutOwn(added);
    }

    // Nothing but this is left where a sender has filled the frame.
    private void CutOwn(SendHeaders added)
    {
        string cut = "";
        foreach ((string key, object? value) in LargestFirst())
        {
            // What is replaced takes no room.
            if (added.TryGetHeader(key, out _))
                continue;

            if (cut.Length < LongestCut)
                added.Set(ResilienceHeaders.Cut, cut = cut.Length == 0 ? key : $"{cut}, {key}");
            if (value is byte[] text && Shortened(text, SizeWith(added) - frameMax) is { } shortened)
                own.Headers![key] = shortened;
            else
                own.Headers!.Remove(key);
            if (SizeWith(added) <= frameMax)
                return;
        }
    }

    private List<KeyValuePair<string, object?>> LargestFirst() => own.Headers?.OrderByDescending(static header => SizeOf(header)).ToList() ?? [];

    // Null when nothing would be left.
    private static byte[]? Shortened(byte[] text, long excess)
    {
        long length = text.Length - excess;

        // Not within a character.
        while (length > 0 && (text[length] & 0xC0) == 0x80)
            length--;
        return length > 0 ? text[..(int)length] : null;
    }

    // The same that MassTransit and the client do when they publish it.
    private long SizeWith(SendHeaders added)
    {
        var copy = new BasicProperties(own) { Headers = new Dictionary<string, object?>(own.Headers ?? new Dictionary<string, object?>(), StringComparer.Ordinal) };
        var headers = new MoveTransportHeaders(copy);
        headers.SetHostHeaders();
        headers.CopyFrom(added);
        copy.ClearExpiration();
        copy.Headers[SequenceNumber] = new byte[sizeof(ulong)];
        DistributedContextPropagator.Current.Inject(Activity.Current, copy.Headers, static (carrier, key, value) => ((IDictionary<string, object?>)carrier!)[key] = value);
        return Around + Counts + SizeOf(copy);
    }

    private static int SizeOf(KeyValuePair<string, object?> header) =>
        SizeOf(new BasicProperties { Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [header.Key] = header.Value } });

    private static int SizeOf(IAmqpWriteable properties) => properties.GetRequiredBufferSize();
}
