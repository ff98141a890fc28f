using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What is published in a dead letter's place: the same properties without those of its death. One for a whole replay, filled anew
/// for each message: nothing is made for a message but what the client makes.
/// </summary>
internal sealed class ReplayMessage(string run)
{
    private readonly Dictionary<string, object?> _headers = new(StringComparer.Ordinal);

    public BasicProperties Properties { get; } = new();

    public static string PrefixOf(string run) => run + "/";

    /// <param name="original">The dead letter's properties.</param>
    /// <param name="number">Its number in this replay.</param>
    /// <param name="withoutReply">Whether nobody is to be answered.</param>
    public BasicProperties Fill(IReadOnlyBasicProperties original, ulong number, bool withoutReply)
    {
        _headers.Clear();
        int replays = 0;
        if (original.Headers is { } headers)
        {
            foreach ((string name, object? value) in headers)
            {
                if (name == HeaderName.ReplayCount)
                    replays = DeadLetterReading.Replays(headers);
                else if (!HeaderName.IsOfTheDeath(name) && !HeaderName.IsOfCopies(name) && !(withoutReply && name is HeaderName.ResponseAddress or HeaderName.FaultAddress))
                    _headers[name] = value;
            }
        }

        _headers[HeaderName.ReplayCount] = replays + 1;
        _headers[HeaderName.ReplayId] = string.Create(CultureInfo.InvariantCulture, $"{run}/{number}");
        Copy(original, Properties);
        if (withoutReply)
            Properties.ReplyTo = null;
        Properties.Headers = _headers;
        return Properties;
    }

    /// <summary>The number that a replay has given to a message; null when it is none of its.</summary>
    public static ulong? NumberOf(IDictionary<string, object?>? headers, string prefix)
    {
        if (headers is null || !headers.TryGetValue(HeaderName.ReplayId, out object? header) || header is not byte[] text || text.Length <= prefix.Length)
            return null;
        string id = Encoding.UTF8.GetString(text);
        return id.StartsWith(prefix, StringComparison.Ordinal)
            && ulong.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
    }

    /// <summary>All but the headers and the expiration, which would let it die at once.</summary>
    public static void Copy(IReadOnlyBasicProperties from, BasicProperties to)
    {
        to.ContentType = from.ContentType;
        to.ContentEncoding = from.ContentEncoding;
        to.CorrelationId = from.CorrelationId;
        to.ReplyTo = from.ReplyTo;
        to.MessageId = from.MessageId;
        to.Type = from.Type;
        to.AppId = from.AppId;
        if (from.IsDeliveryModePresent())
            to.DeliveryMode = from.DeliveryMode;
        else
            to.ClearDeliveryMode();
        if (from.IsPriorityPresent())
            to.Priority = from.Priority;
        else
            to.ClearPriority();
        if (from.IsTimestampPresent())
            to.Timestamp = from.Timestamp;
        else
            to.ClearTimestamp();
    }
}
