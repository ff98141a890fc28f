using System.Globalization;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Testcontainers.RabbitMq;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>A RabbitMQ in a container of its own.</summary>
internal sealed class ContainerBroker : IBroker
{
    public const string ImageVariable = "HAPTITALK_TEST_RABBITMQ_IMAGE";
    public const string DefaultImage = "rabbitmq:4-management";

    /// <summary>Set by the test script, which removes what carries this label should a test process be killed.</summary>
    private const string RunVariable = "HAPTITALK_TEST_RUN";
    private const string RunLabel = "haptitalk.test-run";

    private readonly string _image;
    private readonly int _amqpPort;
    private readonly int _managementPort;
    private readonly int _metricsPort;
    private readonly RabbitMqContainer _container;
    private readonly INetwork? _network;

    /// <param name="configure">Adds to the container.</param>
    /// <param name="network">The network that goes with it.</param>
    private ContainerBroker(Func<RabbitMqBuilder, RabbitMqBuilder> configure, INetwork? network)
    {
        _image = Environment.GetEnvironmentVariable(ImageVariable) is { Length: > 0 } image ? image : DefaultImage;
        _network = network;
        // Fixed ports: a random binding is drawn again at each start, and a broker must come back where it was.
        (_amqpPort, _managementPort, _metricsPort) = FreePorts.Take(3) is [var amqp, var management, var metrics] ? (amqp, management, metrics) : default;
        _container = configure(new RabbitMqBuilder(_image))
            .WithPortBinding(_amqpPort, 5672)
            .WithPortBinding(_managementPort, 15672)
            .WithPortBinding(_metricsPort, 15692)
            .WithLabel(RunLabel, Run)
            // Makes stopping a kill: the container stays, with its data, for the next start.
            .WithCreateParameterModifier(container => container.StopSignal = "SIGKILL")
            .Build();
    }

    private static string Run => Environment.GetEnvironmentVariable(RunVariable) ?? "none";

    /// <summary>One node, or those of a cluster, on a network of their own.</summary>
    public static IReadOnlyList<IBroker> Create(int nodes)
    {
        if (nodes == 1)
            return [new ContainerBroker(static container => container, network: null)];

        INetwork network = new NetworkBuilder().WithLabel(RunLabel, Run).Build();
        string cookie = $"{Guid.NewGuid():N}";
        string[] hosts = [.. Enumerable.Range(1, nodes).Select(static node => string.Create(CultureInfo.InvariantCulture, $"node{node}"))];
        byte[] discovery = Encoding.UTF8.GetBytes(string.Join('\n', [
            "cluster_formation.peer_discovery_backend = classic_config",
            .. hosts.Select(static (host, node) => string.Create(CultureInfo.InvariantCulture, $"cluster_formation.classic_config.nodes.{node + 1} = rabbit@{host}")),
            "",
        ]));
        return [.. hosts.Select((host, node) => new ContainerBroker(
            container => container
                .WithNetwork(network)
                .WithNetworkAliases(host)
                .WithHostname(host)
                .WithEnvironment("RABBITMQ_ERLANG_COOKIE", cookie)
                .WithResourceMapping(discovery, "/etc/rabbitmq/conf.d/20-cluster.conf"),
            node == 0 ? network : null) { NodeName = $"rabbit@{host}" })];
    }

    public Uri Address => At("amqp", _amqpPort);

    public Uri Management => At(Uri.UriSchemeHttp, _managementPort);

    public Uri Metrics => new UriBuilder(Uri.UriSchemeHttp, _container.Hostname, _metricsPort).Uri;

    public string NodeName { get; private init; } = "";

    public string Description => $"container of {_image}";

    public Task StartAsync(CancellationToken cancellationToken) => _container.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // It ends with the container it is run in, so it cannot tell how that went; a broker that is not gone is killed.
        await _container.ExecAsync(["rabbitmqctl", "shutdown"], cancellationToken);
        await _container.StopAsync(cancellationToken);
    }

    public Task KillAsync(CancellationToken cancellationToken) => _container.StopAsync(cancellationToken);

    // Not by pausing the container, which some kernels now and then refuse.
    public Task FreezeAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    public Task ThawAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    // A limit that no disk keeps, and the one that a node has from the start.
    public Task BlockAsync(CancellationToken cancellationToken) => ControlAsync(["set_disk_free_limit", "mem_relative", "1000000"], cancellationToken);

    public Task UnblockAsync(CancellationToken cancellationToken) => ControlAsync(["set_disk_free_limit", "50MB"], cancellationToken);

    public Task EvaluateAsync(string expression, CancellationToken cancellationToken) => ControlAsync(["eval", expression], cancellationToken);

    public async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        if (_container.State is TestcontainersStates.Undefined)
            return "";
        (string output, string error) = await _container.GetLogsAsync(ct: cancellationToken);
        return output + error;
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    // The node is the Erlang machine; the first process of the container is a shell that waits for it. Not every image has pkill.
    private Task SignalAsync(string signal, CancellationToken cancellationToken) => RunAsync(
        ["sh", "-c", $"for of in /proc/[0-9]*; do [ \"$(cat $of/comm)\" = beam.smp ] && exec kill -{signal} ${{of#/proc/}}; done; exit 1"], cancellationToken);

    private Task ControlAsync(string[] command, CancellationToken cancellationToken) => RunAsync(["rabbitmqctl", .. command], cancellationToken);

    private async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        ExecResult result = await _container.ExecAsync(command, cancellationToken);
        if (result.ExitCode != 0)
            throw new BrokerUnavailableException($"the {Description} did not {string.Join(' ', command)}: {result.Stderr}{result.Stdout}");
    }

    private Uri At(string scheme, int port) => new(string.Create(CultureInfo.InvariantCulture,
        $"{scheme}://{RabbitMqBuilder.DefaultUsername}:{RabbitMqBuilder.DefaultPassword}@{_container.Hostname}:{port}/"));
}
