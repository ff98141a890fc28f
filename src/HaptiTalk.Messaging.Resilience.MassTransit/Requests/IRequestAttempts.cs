using MassTransit;
using MassTransit.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where the attempts of a call come from.</summary>
internal interface IRequestAttempts<TRequest>
    where TRequest : class
{
    /// <summary>The next one, not sent yet. What the call wants of it stands before what its caller wants, which wins.</summary>
    RequestHandle<TRequest> Begin(TRequest request, IPipeSpecification<SendContext<TRequest>> call, RequestTimeout timeout);

    /// <summary>Nobody waits for its response any longer.</summary>
    void End(RequestHandle<TRequest> attempt);
}

/// <summary>Attempts of a client, each with a handle of its own.</summary>
internal sealed class ClientAttempts<TRequest>(IRequestClient<TRequest> client, RequestPipeConfiguratorCallback<TRequest>? configure)
    : IRequestAttempts<TRequest>
    where TRequest : class
{
    public RequestHandle<TRequest> Begin(TRequest request, IPipeSpecification<SendContext<TRequest>> call, RequestTimeout timeout)
    {
        // A handle that is ended is cancelled, so it need not watch a token.
        RequestHandle<TRequest> attempt = client.Create(request, CancellationToken.None, timeout);
        attempt.AddPipeSpecification(call);
        configure?.Invoke(attempt);
        return attempt;
    }

    public void End(RequestHandle<TRequest> attempt) => attempt.Dispose();
}
