using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What MassTransit's exceptions say of a request beyond that it has failed.</summary>
internal static class RequestFailure
{
    /// <returns>A refusal by the called service, or that no queue takes the request; null for all else.</returns>
    public static Exception? Read(Exception failure, Type requestType, OperationState operation, string? caller) => failure switch
    {
        RequestFaultException fault when RejectionFault.IsRejection(fault) => RejectionFault.Read(fault, operation.Name, caller),
        RequestException { InnerException: MessageReturnedException returned } => new RequestException(
            $"No queue takes {TypeNames.Of(requestType)}, so the broker gave it back: nobody consumes '{operation.Name}' of "
            + $"'{operation.Service}' now. Start that service, which makes its queue. If it runs, its queue is being made again: try later.",
            returned),
        _ => null,
    };

    /// <summary>The broker has not taken the request.</summary>
    public static RequestException Refused(MessageNotAcknowledgedException refusal) => new(refusal.Message, refusal);
}
