using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where the attempts of a call come from.</summary>
internal interface IRequestAttempts<TRequest>
    where TRequest : class
{
    /// <summary>The next one, not sent yet.</summary>
    RequestHandle<TRequest> Begin(RequestTimeout timeout);

    /// <summary>Nobody waits for its response any longer.</summary>
    void End(RequestHandle<TRequest> attempt);
}

/// <summary>Attempts of a client, each with a handle of its own, at sending a message or what one is made of.</summary>
internal sealed class ClientAttempts<TRequest>(
    IRequestClient<TRequest> client, object message, RequestPipeConfiguratorCallback<TRequest>? configure) : IRequestAttempts<TRequest>
    where TRequest : class
{
    public RequestHandle<TRequest> Begin(RequestTimeout timeout)
    {
        // A handle that is ended is cancelled, so it need not watch a token.
        RequestHandle<TRequest> attempt = message is TRequest request
            ? client.Create(request, CancellationToken.None, timeout)
            : client.Create(message, CancellationToken.None, timeout);
        configure?.Invoke(attempt);
        return attempt;
    }

    public void End(RequestHandle<TRequest> attempt) => attempt.Dispose();
}
