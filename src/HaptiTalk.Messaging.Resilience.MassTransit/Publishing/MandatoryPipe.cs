using MassTransit;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Asks the broker to give a message back that no queue takes. A send is meant for somebody: without this it would be confirmed,
/// and gone. An answer is different: whoever asked may have gone, and that is nobody's failure.
/// </summary>
internal sealed class MandatoryPipe<T>(IPipe<SendContext<T>> next) : IPipe<SendContext<T>>, ISendContextPipe
    where T : class
{
    /// <summary>Where the message goes.</summary>
    public Uri? Destination { get; private set; }

    public async Task Send(SendContext<T> context)
    {
        Destination = context.DestinationAddress;

        // Before the caller's own pipe, which may take it back.
        if (context is RabbitMqSendContext wanted)
            wanted.Mandatory = true;
        await next.Send(context).ConfigureAwait(false);

        // A delayed exchange has no queue for it yet, and would give it back.
        if (context is RabbitMqSendContext given && (context.Delay is not null || IsAnswer(context)))
            given.Mandatory = false;
    }

    Task ISendContextPipe.Send<TMessage>(SendContext<TMessage> context) => (next as ISendContextPipe)?.Send(context) ?? Task.CompletedTask;

    public void Probe(ProbeContext context) => next.Probe(context);

    // A request says where to answer it. A client that asks is an endpoint that comes and goes, as its address tells.
    private static bool IsAnswer(SendContext<T> context) =>
        context is { RequestId: not null, ResponseAddress: null }
        || context.Message is Fault
        || context.DestinationAddress is { Query.Length: > 0 } address && new RabbitMqEndpointAddress(address, address).AutoDelete;
}
