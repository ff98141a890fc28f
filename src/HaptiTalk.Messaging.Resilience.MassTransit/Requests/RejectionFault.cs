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
        if (rejection.RetryAfter is { } wait)
            rejection.Data[ResilienceHeaders.RetryAfter] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    public static bool IsRejection(RequestFaultException failure) => DataOf(failure)?.ContainsKey(ResilienceHeaders.Rejection) == true;

    public static RejectedException Read(RequestFaultException failure, string operation)
    {
        IDictionary<string, object> data = DataOf(failure)!;
        string service = Read(data, ResilienceHeaders.RejectionService) ?? ProfileNames.Default;
        TimeSpan? retryAfter = double.TryParse(Read(data, ResilienceHeaders.RetryAfter), CultureInfo.InvariantCulture, out double wait)
            ? TimeSpan.FromMilliseconds(wait)
            : null;
        return Read(data, ResilienceHeaders.Rejection) == nameof(FallbackReason.BulkheadFull)
            ? new BulkheadFullRejectedException(service, operation, 0, 0, waited: null, retryAfter, remote: true)
            : new CircuitOpenRejectedException(service, operation, CircuitState.Open, since: null, retryAfter, remote: true);
    }

    private static IDictionary<string, object>? DataOf(RequestFaultException failure) =>
        failure.Fault?.Exceptions is [{ Data: { } data }, ..] ? data : null;

    private static string? Read(IDictionary<string, object> data, string key) =>
        data.TryGetValue(key, out object? value) ? value?.ToString() : null;
}
