using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Carries a refusal from the called service to the caller, inside an ordinary fault that any MassTransit client understands.</summary>
internal static class RejectionFault
{
    /// <param name="rejection">What was refused.</param>
    /// <param name="depth">How many calls below this service: 0 where it has refused itself.</param>
    public static void Mark(RejectedException rejection, int depth) => RefusalFormat.Write(rejection, depth, (key, text) => rejection.Data[key] = text);

    public static bool IsRejection(RequestFaultException failure) => DataOf(failure) is { } data && RefusalFormat.IsRefusal(key => Text(data, key));

    /// <param name="failure">What arrived.</param>
    /// <param name="operation">What was called.</param>
    /// <param name="caller">The service that this process is; null where nobody has said.</param>
    public static RejectedException Read(RequestFaultException failure, string operation, string? caller) =>
        RefusalFormat.Read(key => Text(DataOf(failure)!, key), operation, caller)!;

    private static IDictionary<string, object>? DataOf(RequestFaultException failure) =>
        failure.Fault?.Exceptions is [{ Data: { } data }, ..] ? data : null;

    private static string? Text(IDictionary<string, object> data, string key) =>
        data.TryGetValue(key, out object? value) ? value?.ToString() : null;
}
