using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>One way to protect a call, on both of its sides. By itself: none, but the time that MassTransit gives a request.</summary>
internal class Protection(string name)
{
    /// <summary>What the tables call it.</summary>
    public string Name => name;

    /// <param name="builder">The service.</param>
    /// <param name="settings">What every protection is given.</param>
    /// <param name="isCaller">Whether it calls, or is called.</param>
    public virtual void Configure(HostApplicationBuilder builder, LoadSettings settings, bool isCaller)
    {
    }

    public virtual void Configure(IBusRegistrationConfigurator bus)
    {
    }

    public virtual void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit)
    {
    }

    public virtual void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, LoadSettings settings)
    {
        // A limit that never limits costs MassTransit a tenth more bytes.
        if (settings.Concurrency < settings.Prefetch)
            endpoint.ConcurrentMessageLimit = settings.Concurrency;
    }

    /// <summary>One call, as a caller would write it.</summary>
    public virtual async Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings) =>
        await services.GetRequiredService<IRequestClient<LoadRequest>>().GetResponse<LoadReply>(request, CancellationToken.None, settings.Deadline);

    /// <summary>The consumer's work, as its author would write it.</summary>
    public virtual Task ServeAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => work(cancellationToken);
}
