using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Demo;

/// <summary>Puts the services on the in-memory transport or on RabbitMQ, otherwise alike.</summary>
internal sealed class ActTransport(bool isProtected, BrokerAddress? broker, int concurrentMessages)
{
    private readonly List<string> _queues = [];
    private readonly MemoryErrorQueues _memoryErrors = new();

    public void Configure(IBusRegistrationConfigurator bus)
    {
        if (broker is not null)
            bus.AddRabbitMqDeadLetters(AddressOf(broker));
        bus.AddConfigureEndpointsCallback((name, endpoint) =>
        {
            _queues.Add(name);
            endpoint.PrefetchCount = concurrentMessages;
            endpoint.ConcurrentMessageLimit = concurrentMessages;
        });

        if (broker is null)
        {
            bus.UsingInMemory((context, memory) =>
            {
                ConfigureConsumers(memory, context);
                memory.ConfigureEndpoints(context);
                _queues.ForEach(queue => _memoryErrors.Add(memory, queue));
            });
        }
        else
        {
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                ConfigureConsumers(rabbit, context);
                rabbit.ConfigureEndpoints(context);
            });
        }
    }

    /// <summary>Asks the broker anything at all: a bus that finds none waits for it without a word.</summary>
    /// <exception cref="DeadLetterAccessException">It does not answer, or lets nobody in.</exception>
    public async Task CheckBrokerAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (broker is not null)
            await services.GetRequiredService<IDeadLetterInspector>().CountAsync(["haptitalk-demo"], cancellationToken);
    }

    /// <summary>The error queues of what has been configured, counted from now on.</summary>
    public async Task<IErrorQueues> OpenErrorQueuesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (broker is null)
            return _memoryErrors;

        var errors = new BrokerErrorQueues(services.GetRequiredService<IDeadLetterInspector>(), _queues);
        await errors.BeginAsync(cancellationToken);
        return errors;
    }

    private void ConfigureConsumers<T>(T bus, IBusRegistrationContext context)
        where T : IBusFactoryConfigurator
    {
        if (isProtected)
            bus.UseMessagingResilience(context);
        bus.UseConsumeFilter(typeof(ExecutionCountFilter<>), context);
    }

    private static Uri AddressOf(BrokerAddress broker) =>
        new UriBuilder(broker.UseTls ? "amqps" : "amqp", broker.Host, broker.Port, Uri.EscapeDataString(broker.VirtualHost))
        {
            UserName = Uri.EscapeDataString(broker.UserName),
            Password = Uri.EscapeDataString(broker.Password),
        }.Uri;
}
