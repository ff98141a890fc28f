using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// A refusal on its way from the called service to its caller, as texts by <see cref="ResilienceHeaders"/>: in the headers of an answer,
/// in a fault, wherever a transport has room.
/// </summary>
public static class RefusalFormat
{
    // Calls one below the other, or attempts: a larger number is nobody's.
    private const int Most = 100;

    // No circuit stays open for longer, so nobody needs to wait for longer.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Writes a refusal.</summary>
    /// <param name="refusal">What was refused.</param>
    /// <param name="depth">How many calls below this service: 0 where it has refused itself.</param>
    /// <param name="set">Is handed each key and its text.</param>
    public static void Write(RejectedException refusal, int depth, Action<string, string> set)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        ArgumentNullException.ThrowIfNull(set);
        set(ResilienceHeaders.Rejection, refusal.FallbackReason.ToString());
        set(ResilienceHeaders.RejectionService, refusal.Service);
        set(ResilienceHeaders.Operation, refusal.Operation);
        set(ResilienceHeaders.RejectionDepth, Text(depth));
        if (refusal is CircuitOpenRejectedException { State: var state })
            set(ResilienceHeaders.CircuitState, state.ToString());
        if (refusal is BrokerUnavailableRejectedException { Attempts: var sent })
            set(ResilienceHeaders.Attempts, Text(sent));
        if (refusal.RetryAfter is { } wait)
            set(ResilienceHeaders.RetryAfter, Text(Math.Ceiling(wait.TotalMilliseconds)));
    }

    /// <summary>Whether <see cref="Read"/> finds a refusal there.</summary>
    /// <param name="find">Finds a text by its key; null where it is not there.</param>
    public static bool IsRefusal(Func<string, string?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return ReasonOf(find(ResilienceHeaders.Rejection)) is FallbackReason.CircuitOpen or FallbackReason.BulkheadFull or FallbackReason.BrokerUnavailable;
    }

    /// <summary>
    /// Reads a refusal. Another version of the framework may have written it, or somebody else: what cannot be read is as good as not there.
    /// </summary>
    /// <param name="find">Finds a text by its key; null where it is not there.</param>
    /// <param name="operation">What was called.</param>
    /// <param name="caller">The service that this process is; null where nobody has said.</param>
    /// <returns>Null where there is no refusal.</returns>
    public static RejectedException? Read(Func<string, string?> find, string operation, string? caller)
    {
        if (!IsRefusal(find))
            return null;

        string service = find(ResilienceHeaders.RejectionService) is { Length: > 0 } name ? RemoteText.Clean(name) : ProfileNames.Default;
        int depth = 1 + Number(find(ResilienceHeaders.RejectionDepth));
        string refused = depth > 1 && find(ResilienceHeaders.Operation) is { Length: > 0 } deeper ? RemoteText.Clean(deeper) : operation;
        TimeSpan? retryAfter = WaitOf(find(ResilienceHeaders.RetryAfter));
        return ReasonOf(find(ResilienceHeaders.Rejection)) switch
        {
            FallbackReason.BulkheadFull => new BulkheadFullRejectedException(service, refused, 0, 0, waited: null, retryAfter, isRemote: true) { Depth = depth, Caller = caller },
            FallbackReason.BrokerUnavailable => new BrokerUnavailableRejectedException(service, refused, Number(find(ResilienceHeaders.Attempts))) { Depth = depth, Caller = caller },
            _ => new CircuitOpenRejectedException(service, refused, StateOf(find(ResilienceHeaders.CircuitState)), since: null, retryAfter, isRemote: true) { Depth = depth, Caller = caller },
        };
    }

    /// <summary>A reason by its name, as <see cref="ResilienceHeaders.Fallback"/> has it, too; <see cref="FallbackReason.None"/> for all else, numbers among it.</summary>
    /// <param name="text">What another process wrote; null where it wrote nothing.</param>
    public static FallbackReason ReasonOf(string? text) =>
        Enum.TryParse(text, out FallbackReason reason) && string.Equals(text, Enum.GetName(reason), StringComparison.Ordinal) ? reason : FallbackReason.None;

    private static CircuitState StateOf(string? text) => text switch
    {
        nameof(CircuitState.HalfOpen) => CircuitState.HalfOpen,
        nameof(CircuitState.Isolated) => CircuitState.Isolated,
        _ => CircuitState.Open,
    };

    private static TimeSpan? WaitOf(string? text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
            return null;

        TimeSpan wait = TimeSpan.FromMilliseconds(milliseconds);
        return wait < LongestWait ? wait : LongestWait;
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= Most ? number : 0;

    private static string Text(IFormattable number) => number.ToString(format: null, CultureInfo.InvariantCulture);
}
