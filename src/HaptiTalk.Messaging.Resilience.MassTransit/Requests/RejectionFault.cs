using System.Globalization;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a refusal from the called service to the caller, inside an ordinary fault that any MassTransit client understands.</summary>
internal static class RejectionFault
{
    public static void Mark(RejectedException rejection)
    {
        rejection.Data[ResilienceHeaders.Rejection] = rejection.FallbackReason.ToString();
        rejection.Data[ResilienceHeaders.RejectionService] = rejection.Service;
        if (rejection is CircuitOpenRejectedException { State: var state })
            rejection.Data[ResilienceHeaders.CircuitState] = state.ToString();
        if (rejection.RetryAfter is { } wait)
            rejection.Data[ResilienceHeaders.RetryAfter] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    public static bool IsRejection(RequestFaultException failure) =>
        DataOf(failure) is { } data
        && data.TryGetValue(ResilienceHeaders.Rejection, out object? reason)
        && WireText.Reason(reason) != FallbackReason.None;

    public static RejectedException Read(RequestFaultException failure, string operation)
    {
        IDictionary<string, object> data = DataOf(failure)!;
        string service = Text(data, ResilienceHeaders.RejectionService) is { Length: > 0 } name ? RemoteText.Clean(name) : ProfileNames.Default;
        TimeSpan? retryAfter = RetryAfter(data);
        return Text(data, ResilienceHeaders.Rejection) == nameof(FallbackReason.BulkheadFull)
            ? new BulkheadFullRejectedException(service, operation, 0, 0, waited: null, retryAfter, remote: true)
            : new CircuitOpenRejectedException(service, operation, State(data), since: null, retryAfter, remote: true);
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

    private static TimeSpan? RetryAfter(IDictionary<string, object> data) =>
        int.TryParse(Text(data, ResilienceHeaders.RetryAfter), NumberStyles.None, CultureInfo.InvariantCulture, out int wait)
            ? TimeSpan.FromMilliseconds(wait)
            : null;

    private static string? Text(IDictionary<string, object> data, string key) =>
        data.TryGetValue(key, out object? value) ? value?.ToString() : null;
}
