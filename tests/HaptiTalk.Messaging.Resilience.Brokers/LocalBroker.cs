using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// A private node of the installed RabbitMQ server: own name, ports, epmd, plugins and data, run by whoever runs the
/// tests. It shares nothing with the system's service and can run beside it.
/// </summary>
internal sealed class LocalBroker : IBroker
{
    private const string Host = "127.0.0.1";

    // The package's real scripts: the wrapper on the PATH changes user and folder and cannot run a private node.
    private static readonly string[] InstallPlaces =
        ["/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin"];

    private readonly LocalNode _node;

    private LocalBroker(LocalNodeSettings settings)
    {
        string server = InstallPlaces.Select(place => Path.Combine(place, "rabbitmq-server")).FirstOrDefault(File.Exists)
            ?? throw new BrokerUnavailableException(
                $"no rabbitmq-server in {string.Join(", ", InstallPlaces)}; " +
                "install the distribution's package (Debian: apt-get install rabbitmq-server)");
        _node = new LocalNode(server, settings);
        NodeName = settings.Name;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@{Host}:{settings.AmqpPort}/"));
        Management = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://guest:guest@{Host}:{settings.ManagementPort}/"));
        Metrics = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{settings.MetricsPort}/"));
    }

    /// <summary>One node, or those of a cluster: the first brings what all need.</summary>
    public static IReadOnlyList<IBroker> Create(int nodes) => [.. LocalNodeSettings.Create(Host, nodes).Select(static node => new LocalBroker(node))];

    public Uri Address { get; }

    public Uri Management { get; }

    public Uri Metrics { get; }

    public string NodeName { get; }

    public string Description => "private node of the installed server";

    public Task StartAsync(CancellationToken cancellationToken) => _node.TellAsync("start", cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _node.TellAsync("stop", cancellationToken);

    public Task KillAsync(CancellationToken cancellationToken) => _node.TellAsync("kill", cancellationToken);

    public Task FreezeAsync(CancellationToken cancellationToken) => _node.TellAsync("freeze", cancellationToken);

    public Task ThawAsync(CancellationToken cancellationToken) => _node.TellAsync("thaw", cancellationToken);

    public Task BlockAsync(CancellationToken cancellationToken) => _node.TellAsync("block", cancellationToken);

    public Task UnblockAsync(CancellationToken cancellationToken) => _node.TellAsync("unblock", cancellationToken);

    public Task EvaluateAsync(string expression, CancellationToken cancellationToken) => _node.TellAsync($"eval {expression}", cancellationToken);

    public Task<string> ReadLogAsync(CancellationToken cancellationToken) => _node.ReadLogAsync(cancellationToken);

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
