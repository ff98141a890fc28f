namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>One way to come by a RabbitMQ. Disposing it leaves nothing behind.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Where AMQP answers, with credentials.</summary>
    Uri Address { get; }

    /// <summary>Where the management API answers, with credentials.</summary>
    Uri Management { get; }

    /// <summary>Where the broker's own metrics are, for Prometheus.</summary>
    Uri Metrics { get; }

    /// <summary>Its name in a cluster.</summary>
    string NodeName { get; }

    /// <summary>What it is, for people.</summary>
    string Description { get; }

    /// <summary>Starts the broker, or starts it again on the same address and data after a kill.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Ends the broker as an operator would: it says goodbye to its clients. Returns when it is gone.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Ends the broker as a power cut would: no goodbye to clients, nothing flushed.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Stops the broker's processes in place: connections stay open and nothing answers.</summary>
    Task FreezeAsync(CancellationToken cancellationToken);

    /// <summary>Lets a frozen broker go on.</summary>
    Task ThawAsync(CancellationToken cancellationToken);

    /// <summary>Raises a resource alarm: whoever publishes is told that the connection is blocked, and is not read any further.</summary>
    Task BlockAsync(CancellationToken cancellationToken);

    /// <summary>Lifts the alarm.</summary>
    Task UnblockAsync(CancellationToken cancellationToken);

    /// <summary>Runs an Erlang expression in the broker.</summary>
    Task EvaluateAsync(string expression, CancellationToken cancellationToken);

    /// <summary>What the broker itself wrote; empty where we cannot read it.</summary>
    Task<string> ReadLogAsync(CancellationToken cancellationToken);
}
