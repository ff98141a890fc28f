using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What MassTransit's exceptions say of a request beyond that it has failed.</summary>
internal static class RequestFailure
{
    /// <returns>A refusal by the called service, or that no queue takes the request; null for all else.</returns>
    public static Exception? Read(Exception failure, Type requestType, OperationState operation) => failure switch
    {
        RequestFaultException fault when RejectionFault.IsRejection(fault) => RejectionFault.Read(fault, operation.Name),
        RequestException { InnerException: MessageReturnedException returned } => new RequestException(
            $"No queue takes {requestType.Name}, so the broker gave it back: nobody consumes '{operation.Name}' of "
            + $"'{operation.Service}' now. Start that service, which makes its queue; if it is starting or reconnecting, try again.",
            returned),
        _ => null,
    };
}
