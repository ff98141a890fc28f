using System.Globalization;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a refusal from the called service to the caller, inside an ordinary fault that any MassTransit client understands.</summary>
internal static class RejectionFault
{
    // Calls one below the other, or attempts: a larger number is nobody's.
    private const int Most = 100;

    // No circuit stays open for longer, so nobody needs to wait for longer.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <param name="rejection">What was refused.</param>
    /// <param name="depth">How many calls below this service: 0 where it has refused itself.</param>
    public static void Mark(RejectedException rejection, int depth)
    {
        rejection.Data[ResilienceHeaders.Rejection] = rejection.FallbackReason.ToString();
        rejection.Data[ResilienceHeaders.RejectionService] = rejection.Service;
        rejection.Data[ResilienceHeaders.Operation] = rejection.Operation;
        rejection.Data[ResilienceHeaders.RejectionDepth] = depth.ToString(CultureInfo.InvariantCulture);
        if (rejection is CircuitOpenRejectedException { State: var state })
            rejection.Data[ResilienceHeaders.CircuitState] = state.ToString();
        if (rejection is BrokerUnavailableRejectedException { Attempts: var sent })
            rejection.Data[ResilienceHeaders.Attempts] = sent.ToString(CultureInfo.InvariantCulture);
        if (rejection.RetryAfter is { } wait)
            rejection.Data[ResilienceHeaders.RetryAfter] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    public static bool IsRejection(RequestFaultException failure) =>
        DataOf(failure) is { } data
        && data.TryGetValue(ResilienceHeaders.Rejection, out object? reason)
        && WireText.Reason(reason) is FallbackReason.CircuitOpen or FallbackReason.BulkheadFull or FallbackReason.BrokerUnavailable;

    /// <param name="failure">What arrived.</param>
    /// <param name="operation">What was called.</param>
    /// <param name="caller">The service that this process is; null where nobody has said.</param>
    public static RejectedException Read(RequestFaultException failure, string operation, string? caller)
    {
        IDictionary<string, object> data = DataOf(failure)!;
        string service = Text(data, ResilienceHeaders.RejectionService) is { Length: > 0 } name ? RemoteText.Clean(name) : ProfileNames.Default;
        int depth = 1 + Number(data, ResilienceHeaders.RejectionDepth);
        string refused = depth > 1 && Text(data, ResilienceHeaders.Operation) is { Length: > 0 } deeper ? RemoteText.Clean(deeper) : operation;
        TimeSpan? retryAfter = RetryAfter(data);
        return WireText.Reason(Text(data, ResilienceHeaders.Rejection)) switch
        {
            FallbackReason.BulkheadFull => new BulkheadFullRejectedException(service, refused, 0, 0, waited: null, retryAfter, isRemote: true) { Depth = depth, Caller = caller },
            FallbackReason.BrokerUnavailable => new BrokerUnavailableRejectedException(service, refused, Number(data, ResilienceHeaders.Attempts)) { Depth = depth, Caller = caller },
            _ => new CircuitOpenRejectedException(service, refused, State(data), since: null, retryAfter, isRemote: true) { Depth = depth, Caller = caller },
        };
    }

    private static IDictionary<string, object>? DataOf(RequestFaultException failure) =>
        failure.Fault?.Exceptions is [{ Data: { } data }, ..] ? data : null;

    // Another version of the framework may have written it, or somebody else: what cannot be read is as good as not there.
    private static CircuitState State(IDictionary<string, object> data) => Text(data, ResilienceHeaders.CircuitState) switch
    {
        nameof(CircuitState.HalfOpen) => CircuitState.HalfOpen,
        nameof(CircuitState.Isolated) => CircuitState.Isolated,
        _ => CircuitState.Open,
    };

    private static TimeSpan? RetryAfter(IDictionary<string, object> data)
    {
        if (!int.TryParse(Text(data, ResilienceHeaders.RetryAfter), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
            return null;

        TimeSpan wait = TimeSpan.FromMilliseconds(milliseconds);
        return wait < LongestWait ? wait : LongestWait;
    }

    private static int Number(IDictionary<string, object> data, string key) =>
        int.TryParse(Text(data, key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= Most ? number : 0;

    private static string? Text(IDictionary<string, object> data, string key) =>
        data.TryGetValue(key, out object? value) ? value?.ToString() : null;
}
