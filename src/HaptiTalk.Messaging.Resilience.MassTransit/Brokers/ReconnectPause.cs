using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// How long MassTransit pauses before it takes up a connection that was lost. Its own pause grows with every loss while the process
/// lives, up to 37 s, and never shrinks; there is no setting for it.
/// </summary>
internal static class ReconnectPause
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // As MassTransit's own: it begins anew after these.
    private const int Times = 1000;

    /// <summary>Shortens it for the endpoints and senders of a bus that has not been started. False where this MassTransit keeps it elsewhere.</summary>
    public static bool TryShorten(IRabbitMqHostConfiguration host)
    {
        if (host is not RabbitMqHostConfiguration configuration)
            return false;

        try
        {
            PolicyOf(configuration) = Retry.CreatePolicy(static retry =>
            {
                // The same failures as MassTransit's own. It gives an endpoint up for ever when the broker refuses the credentials;
                // here that is a failed connect like any other.
                retry.Handle<ConnectionException>();
                retry.Handle<AlreadyClosedException>();
                retry.Handle<EndOfStreamException>();
                retry.Handle<OperationInterruptedException>(TransportFailures.IsRetried);
                retry.Handle<NotSupportedException>(static failure => failure.Message.Contains("Pipelining of requests forbidden", StringComparison.Ordinal));
                retry.Interval(Times, Pause);
            });
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy PolicyOf(RabbitMqHostConfiguration configuration);
}
