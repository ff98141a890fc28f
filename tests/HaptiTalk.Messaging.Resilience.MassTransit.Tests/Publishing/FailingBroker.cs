using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Stands between a bus and its transport, where a write of one type of message can fail or hang; all others pass.</summary>
internal sealed class FailingBroker<TMessage> : IPublishObserver, ISendObserver
    where TMessage : class
{
    private readonly ConcurrentQueue<Guid?> _messageIds = new();
    private readonly ConcurrentQueue<TMessage> _messages = new();

    /// <summary>What happens to a write; gets the number of writes tried so far, this one counted.</summary>
    public Func<int, Task> Write { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The identity of the message at each try.</summary>
    public IReadOnlyCollection<Guid?> MessageIds => _messageIds;

    /// <summary>The message at each try.</summary>
    public IReadOnlyCollection<TMessage> Messages => _messages;

    public void Connect(IBus bus)
    {
        bus.ConnectPublishObserver(this);
        bus.ConnectSendObserver(this);
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class =>
        WriteAsync(context);

    public Task PreSend<T>(SendContext<T> context)
        where T : class =>
        WriteAsync(context);

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class =>
        Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class =>
        Task.CompletedTask;

    private Task WriteAsync<T>(SendContext<T> context)
        where T : class
    {
        if (context.Message is not TMessage message)
            return Task.CompletedTask;

        _messages.Enqueue(message);
        _messageIds.Enqueue(context.MessageId);
        return Write(_messageIds.Count);
    }
}

internal static class FailingBroker
{
    public static Task Fails(int write) => throw new TransportException(new Uri("loopback://localhost/"), "no broker");
}
