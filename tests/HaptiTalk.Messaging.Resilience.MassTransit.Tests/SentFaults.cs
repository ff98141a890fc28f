using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Every fault of one message type that a bus has sent to a requester or published.</summary>
internal sealed class SentFaults<T> : ISendObserver, IPublishObserver
    where T : class
{
    private readonly ConcurrentQueue<Fault<T>> _faults = new();

    public IReadOnlyCollection<Fault<T>> All => _faults;

    public void Connect(IBus bus)
    {
        bus.ConnectSendObserver(this);
        bus.ConnectPublishObserver(this);
    }

    public Task PreSend<TMessage>(SendContext<TMessage> context)
        where TMessage : class =>
        Task.CompletedTask;

    public Task PostSend<TMessage>(SendContext<TMessage> context)
        where TMessage : class =>
        NoteAsync(context.Message);

    public Task SendFault<TMessage>(SendContext<TMessage> context, Exception exception)
        where TMessage : class =>
        Task.CompletedTask;

    public Task PrePublish<TMessage>(PublishContext<TMessage> context)
        where TMessage : class =>
        Task.CompletedTask;

    public Task PostPublish<TMessage>(PublishContext<TMessage> context)
        where TMessage : class =>
        NoteAsync(context.Message);

    public Task PublishFault<TMessage>(PublishContext<TMessage> context, Exception exception)
        where TMessage : class =>
        Task.CompletedTask;

    private Task NoteAsync(object message)
    {
        if (message is Fault<T> fault)
            _faults.Enqueue(fault);
        return Task.CompletedTask;
    }
}
