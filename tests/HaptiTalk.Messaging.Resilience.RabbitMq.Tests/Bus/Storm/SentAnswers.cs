using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>Counts what is sent to each requester, whatever it is: replies, fallback replies and faults.</summary>
internal sealed class SentAnswers : ISendObserver
{
    private readonly ConcurrentDictionary<Guid, int> _answers = new();

    /// <summary>Requests that were answered.</summary>
    public int Requests => _answers.Count;

    /// <summary>Requests that were answered more than once.</summary>
    public int Repeated => _answers.Values.Count(static answers => answers > 1);

    public void Forget() => _answers.Clear();

    public Task PreSend<T>(SendContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (context is { RequestId: { } request, Message: Answer or Fault })
            _answers.AddOrUpdate(request, 1, static (_, answers) => answers + 1);
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class =>
        Task.CompletedTask;
}
