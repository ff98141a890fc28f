using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Every way to publish, run under this service's profile.</summary>
internal sealed class ResilientPublishEndpoint(IPublishEndpoint inner, Sender sender) : IPublishEndpoint
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
        RunAsync<PublishContext<T>>(typeof(T), null, (pipe, token) => inner.Publish(values, pipe, token), cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        RunAsync(typeof(T), publishPipe, (pipe, token) => inner.Publish(values, pipe, token), cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class =>
        RunAsync(typeof(T), publishPipe, (pipe, token) => inner.Publish<T>(values, pipe, token), cancellationToken);

    private static IPipe<PublishContext> NoPipe => Pipe.Empty<PublishContext>();

    private static Type TypeOf(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.GetType();
    }

    private Task RunAsync<TContext>(
        Type messageType, IPipe<TContext>? pipe, Func<IPipe<TContext>, CancellationToken, Task> publish, CancellationToken cancellationToken)
        where TContext : class, PublishContext
    {
        var identified = new IdentityPipe<TContext>(NewId.NextGuid(), pipe);
        return sender.RunAsync(messageType, token => publish(identified, token), cancellationToken);
    }
}
