namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>What messages are grouped by, in short words.</summary>
internal static class GroupingNames
{
    public const string Form = "exception,message,consumer,input,hour,fingerprint";

    public static string Of(DeadLetterGrouping grouping) => Form.Split(',')[(int)grouping];

    public static string Title(DeadLetterGrouping grouping) => grouping switch
    {
        DeadLetterGrouping.ExceptionType => "Exception",
        DeadLetterGrouping.MessageType => "Message type",
        DeadLetterGrouping.InputQueue => "Input queue",
        DeadLetterGrouping.Hour => "Hour (UTC)",
        _ => grouping.ToString(),
    };

    public static bool TryRead(string text, out IReadOnlyList<DeadLetterGrouping> groupings)
    {
        string[] known = Form.Split(',');
        int[] places = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(word => Array.IndexOf(known, word))];
        groupings = Array.Exists(places, static place => place < 0) ? [] : [.. places.Select(static place => (DeadLetterGrouping)place)];
        return groupings.Count > 0;
    }

}
