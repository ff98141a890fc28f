using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Where a private node lives: its name, its folder, its ports, and the environment that keeps it there.</summary>
internal sealed record LocalNodeSettings(
    string Name, string Folder, int AmqpPort, int ManagementPort, int MetricsPort, IReadOnlyDictionary<string, string> Environment)
{
    // What RabbitMQ 4 takes at most; 3.10 would take 128 MiB.
    private const int MaximumMessageBytes = 16 * 1024 * 1024;

    // Of a node, besides that of the epmd it may share.
    private const int Ports = 4;

    /// <summary>Nodes that find each other: each knows the names of all, and they share a cookie and the epmd of the first.</summary>
    public static IReadOnlyList<LocalNodeSettings> Create(string host, int nodes)
    {
        int[] ports = FreePorts.Take(nodes * Ports + 1);
        int[][] each = [.. ports[1..].Chunk(Ports)];
        string cookie = $"{Guid.NewGuid():N}";
        string[] names = [.. each.Select(static own => string.Create(CultureInfo.InvariantCulture, $"haptitalk-{own[0]}@localhost"))];
        return [.. each.Select((own, node) => Create(host, names[node], names, cookie, ports[0], own))];
    }

    private static LocalNodeSettings Create(string host, string name, string[] names, string cookie, int epmd, int[] ports)
    {
        string folder = Directory.CreateTempSubdirectory("haptitalk-broker-").FullName;
        if (ports is not [var amqp, var management, var metrics, var distribution])
            throw new InvalidOperationException("A node has four ports.");

        string Write(string file, string content)
        {
            string path = Path.Combine(folder, file);
            File.WriteAllText(path, content);
            return path;
        }

        string secret = Write(".erlang.cookie", cookie);
        // Erlang refuses one that others can read.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(secret, UnixFileMode.UserRead);

        string members = string.Join(", ", names.Select(static member => $"'{member}'"));
        // Erlang terms rather than rabbitmq.conf, which each start of a node would translate for a second.
        string configuration = string.Create(CultureInfo.InvariantCulture, $$"""
            [{rabbit, [{tcp_listeners, [{"{{host}}", {{amqp}}}]}, {max_message_size, {{MaximumMessageBytes}}},
                        {cluster_nodes, {[{{members}}], disc} }]},
             {rabbitmq_management, [{tcp_config, [{ip, "{{host}}"}, {port, {{management}}}]}]},
             {rabbitmq_prometheus, [{tcp_config, [{ip, "{{host}}"}, {port, {{metrics}}}]}]}].
            """);
        return new(name, folder, amqp, management, metrics, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HAPTITALK_NODE_HAS_EPMD"] = string.Equals(name, names[0], StringComparison.Ordinal) ? "yes" : "no",
            ["HOME"] = folder, // the Erlang cookie's place
            ["ERL_CRASH_DUMP"] = Path.Combine(folder, "erl_crash.dump"),
            ["ERL_EPMD_ADDRESS"] = host,
            ["ERL_EPMD_PORT"] = epmd.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_NODENAME"] = name,
            ["RABBITMQ_DIST_PORT"] = distribution.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_BASE"] = folder,
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            // Files of ours in place of those under /etc/rabbitmq, which belong to the system's service.
            ["RABBITMQ_CONF_ENV_FILE"] = Write("rabbitmq-env.conf", ""),
            ["RABBITMQ_CONFIG_FILE"] = Write("rabbitmq.config", configuration + "\n"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Write("advanced.config", "[].\n"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Write("enabled_plugins", "[rabbitmq_management,rabbitmq_prometheus,rabbitmq_shovel].\n"),
            // Makes the server script become the node instead of waiting beside it, so that a signal reaches the node.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        });
    }
}
