using MassTransit;

namespace HaptiTalk.Hosting;

/// <summary>Points MassTransit's RabbitMQ transport at a <see cref="BrokerAddress"/>.</summary>
public static class RabbitMqHost
{
    // A broker that is frozen, not gone, is only noticed when heartbeats stay away; the default of a minute reads "healthy" too long.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Signs in at the broker, with a heartbeat short enough to notice one that hangs.</summary>
    public static void Host(this IRabbitMqBusFactoryConfigurator rabbit, BrokerAddress broker)
    {
        rabbit.Host(broker.Host, broker.Port, broker.VirtualHost, host =>
        {
            host.Username(broker.UserName);
            host.Password(broker.Password);
            host.Heartbeat(Heartbeat);
            if (broker.UseTls)
                host.UseSsl(ssl => ssl.ServerName = broker.Host);
        });
    }
}
