using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Stands in for the transport that moves one delivery to the error queue. MassTransit looks for it beside the delivery, so it
/// works with any registration, and a host that has its own way of dealing with errors keeps it.
/// </summary>
internal sealed class AnnotatingErrorTransport(IErrorTransport inner, FaultHeaders headers) : IErrorTransport
{
    private readonly FaultHeaders _headers = headers;
    private volatile bool _isWanted;

    /// <param name="delivery">What has failed.</param>
    /// <param name="headers">What its copy is to say.</param>
    /// <param name="isWanted">Whether there is to be a copy: of several failures of one delivery one that wants it is enough.</param>
    public static void Attach(ReceiveContext delivery, FaultHeaders headers, bool isWanted)
    {
        if (!delivery.TryGetPayload(out IErrorTransport? transport))
            return;

        // Of several failures of one delivery the first is told, as MassTransit does with the consumer's name.
        if (transport is not AnnotatingErrorTransport annotating)
        {
            annotating = new AnnotatingErrorTransport(transport, headers);
            delivery.AddOrUpdatePayload<IErrorTransport>(() => annotating, _ => annotating);
        }

        if (isWanted)
            annotating._isWanted = true;
    }

    /// <summary>Tells of another delivery what is told of one that failed with it.</summary>
    public static void Share(ReceiveContext failed, ReceiveContext delivery)
    {
        if (failed.TryGetPayload(out IErrorTransport? transport) && transport is AnnotatingErrorTransport annotating)
            Attach(delivery, annotating._headers, isWanted: true);
    }

    public Task Send(ExceptionReceiveContext context)
    {
        if (!_isWanted)
            return Task.CompletedTask;

        _headers.AddTo(context.ExceptionHeaders);
        if (context.TryGetPayload(out RabbitMqBasicConsumeContext? message) && context.TryGetPayload(out ChannelContext? channel))
            new HeaderFrame(message.Properties, channel.ConnectionContext.Connection.FrameMax).Fit(context.ExceptionHeaders);
        return inner.Send(context);
    }
}
