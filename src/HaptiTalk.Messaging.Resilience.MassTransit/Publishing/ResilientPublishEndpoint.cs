using MassTransit;
using MassTransit.Initializers;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Every way to publish, run under this service's profile.</summary>
internal class ResilientPublishEndpoint(IPublishEndpoint inner, Sender sender) : IPublishEndpoint
{
    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => inner.ConnectPublishObserver(observer);

    public Task Publish<T>(T message, CancellationToken cancellationToken = default)
        where T : class =>
        RunAsync<PublishContext<T>>(typeof(T), null, (pipe, token) => inner.Publish(message, pipe, token), cancellationToken);

    public Task Publish<T>(T message, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        RunAsync(typeof(T), publishPipe, (pipe, token) => inner.Publish(message, pipe, token), cancellationToken);

    public Task Publish<T>(T message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        RunAsync(typeof(T), publishPipe, (pipe, token) => inner.Publish(message, pipe, token), cancellationToken);

    public Task Publish(object message, CancellationToken cancellationToken = default) =>
        Publish(message, TypeOf(message), NoPipe, cancellationToken);

    public Task Publish(object message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default) =>
        Publish(message, TypeOf(message), publishPipe, cancellationToken);

    public Task Publish(object message, Type messageType, CancellationToken cancellationToken = default) =>
        Publish(message, messageType, NoPipe, cancellationToken);

    public Task Publish(object message, Type messageType, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default) =>
        RunAsync(messageType, publishPipe, (pipe, token) => inner.Publish(message, messageType, pipe, token), cancellationToken);

    public Task Publish<T>(object values, CancellationToken cancellationToken = default)
        where T : class =>
        PublishValuesAsync<T>(values, publishPipe: null, cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        PublishValuesAsync(values, publishPipe, cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        PublishValuesAsync<T>(values, publishPipe, cancellationToken);

    private static IPipe<PublishContext> NoPipe => Pipe.Empty<PublishContext>();

    private static Type TypeOf(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.GetType();
    }

    // Once, and not once an attempt: what the values say of the message, a new id or the time among it, stays.
    private async Task PublishValuesAsync<T>(object values, IPipe<PublishContext<T>>? publishPipe, CancellationToken cancellationToken)
        where T : class
    {
        IPipe<SendContext<T>> pipe = publishPipe is null ? Pipe.Empty<SendContext<T>>() : new PublishSendPipeAdapter<T>(publishPipe);
        (T message, IPipe<SendContext<T>> initialized) =
            await MessageInitializerCache<T>.InitializeMessage(values, pipe, cancellationToken).ConfigureAwait(false);
        await Publish(message, (IPipe<PublishContext<T>>)initialized, cancellationToken).ConfigureAwait(false);
    }

    private Task RunAsync<TContext>(
        Type messageType, IPipe<TContext>? pipe, Func<IPipe<TContext>, CancellationToken, Task> publish, CancellationToken cancellationToken)
        where TContext : class, PublishContext =>
        sender.RunAsync(messageType, pipe, publish, cancellationToken);
}
