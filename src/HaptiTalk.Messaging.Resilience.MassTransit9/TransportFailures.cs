using MassTransit.RabbitMqTransport;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which broker errors MassTransit 9 connects again after.</summary>
internal static class TransportFailures
{
    public static bool IsRetried(OperationInterruptedException failure) => failure.IsRetryable();
}
