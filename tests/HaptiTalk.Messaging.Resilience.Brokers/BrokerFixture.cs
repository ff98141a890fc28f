using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// A real RabbitMQ for the tests of one assembly: <c>[assembly: AssemblyFixture(typeof(BrokerFixture))]</c>, then a
/// constructor parameter. Starting one takes seconds, so tests share it and keep apart by a virtual host each.
/// </summary>
/// <remarks>
/// A test that kills or freezes the broker hits every test that runs at the same time: put such classes in a collection
/// defined with <c>DisableParallelization = true</c>, and leave the broker running.
/// </remarks>
public sealed class BrokerFixture : IAsyncLifetime
{
    private IBroker? _broker;

    /// <summary>Where AMQP answers, with credentials. It stays the same over a kill and a start.</summary>
    public Uri Address => Broker.Address;

    /// <summary>Where the management API answers, with credentials.</summary>
    public Uri Management => Broker.Management;

    /// <summary>Where the broker's own metrics are, for Prometheus.</summary>
    public Uri Metrics => Broker.Metrics;

    /// <summary>Version and kind of the broker, for people.</summary>
    public string Description { get; private set; } = "";

    /// <summary>It runs in a container of ours.</summary>
    public bool IsContainer => Broker is ContainerBroker;

    private IBroker Broker =>
        _broker ?? throw new InvalidOperationException("The broker has not been started: xUnit calls InitializeAsync.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        IReadOnlyList<BrokerCandidate> candidates = BrokerChoice.From(Environment.GetEnvironmentVariable(BrokerChoice.Variable));
        (IReadOnlyList<IBroker> nodes, string version) = await BrokerStart.FirstAsync(candidates, nodes: 1, TestContext.Current.CancellationToken);
        _broker = nodes[0];
        Description = $"RabbitMQ {version}, {_broker.Description}";
        TestContext.Current.SendDiagnosticMessage(Description);
    }

    /// <summary>A virtual host of its own for a test; what it holds goes with it.</summary>
    public Task<VirtualHost> CreateVirtualHostAsync(CancellationToken cancellationToken) =>
        VirtualHost.CreateAsync(Address, Management, cancellationToken);

    /// <summary>Ends the broker as a power cut would. Returns when it is gone.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => Broker.KillAsync(cancellationToken);

    /// <summary>Starts a killed broker again, on the same address and data. Returns when AMQP answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Broker.StartAsync(cancellationToken);
        await BrokerReadiness.WaitAsync(Broker, cancellationToken);
    }

    /// <summary>Stops the broker in place: connections stay open and nothing answers.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken) => Broker.FreezeAsync(cancellationToken);

    /// <summary>Lets a frozen broker go on. Returns when AMQP answers.</summary>
    public async Task ThawAsync(CancellationToken cancellationToken)
    {
        await Broker.ThawAsync(cancellationToken);
        await BrokerReadiness.WaitAsync(Broker, cancellationToken);
    }

    /// <summary>
    /// Raises a resource alarm, as a full disk would: connections stay open, and one that publishes gets <c>connection.blocked</c>
    /// and is not read any further. Consumers go on. A kill lifts it too.
    /// </summary>
    public Task BlockAsync(CancellationToken cancellationToken) => Broker.BlockAsync(cancellationToken);

    /// <summary>Lifts the alarm. Returns when it is lifted.</summary>
    public Task UnblockAsync(CancellationToken cancellationToken) => Broker.UnblockAsync(cancellationToken);

    /// <summary>
    /// Sets the time that a consumer may hold a message, for those that begin from now on, and looks every second whether it is over;
    /// null for the half hour that a broker grants by itself.
    /// </summary>
    public Task LimitHoldingAsync(TimeSpan? limit, CancellationToken cancellationToken)
    {
        double milliseconds = (limit ?? TimeSpan.FromMinutes(30)).TotalMilliseconds;
        return Broker.EvaluateAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"application:set_env(rabbit, channel_tick_interval, 1000), application:set_env(rabbit, consumer_timeout, {milliseconds:0})."),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker?.DisposeAsync() ?? ValueTask.CompletedTask;
}
