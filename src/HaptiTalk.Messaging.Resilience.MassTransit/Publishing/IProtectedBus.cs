using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The bus under service profiles, for whoever has no scope: a <c>BackgroundService</c> or another singleton. What it publishes, sends
/// and requests is protected as through an injected <see cref="IPublishEndpoint"/>, <see cref="ISendEndpointProvider"/> and
/// <see cref="IRequestClient{TRequest}"/>; <see cref="IBus"/> itself protects nothing.
/// </summary>
/// <remarks>
/// It knows no scope: what it sends passes an outbox of the bus by, and from inside a consumer it is not part of the conversation. There
/// the <see cref="ConsumeContext"/> and what is injected serve better.
/// </remarks>
public interface IProtectedBus : IPublishEndpoint, ISendEndpointProvider
{
    /// <summary>Makes a client for requests. It holds nothing, and may be made for each request or kept.</summary>
    /// <typeparam name="TRequest">The request's type.</typeparam>
    /// <param name="timeout">The bound of each of its calls, in place of the profile's.</param>
    IRequestClient<TRequest> CreateRequestClient<TRequest>(RequestTimeout timeout = default)
        where TRequest : class;

    /// <summary>The same for requests that are sent to one address.</summary>
    /// <inheritdoc cref="CreateRequestClient{TRequest}(RequestTimeout)"/>
    /// <param name="destinationAddress">The address.</param>
    /// <param name="timeout">The bound of each of its calls, in place of the profile's.</param>
    IRequestClient<TRequest> CreateRequestClient<TRequest>(Uri destinationAddress, RequestTimeout timeout = default)
        where TRequest : class;
}

/// <summary>The same of one of several buses, on which <c>bus.AddMessagingResilience()</c> was called.</summary>
/// <typeparam name="TBus">The bus, as <c>AddMassTransit&lt;TBus&gt;</c> names it.</typeparam>
public interface IProtectedBus<TBus> : IProtectedBus
    where TBus : class, IBus;
