using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Where a private node lives: its folder, its ports, and the environment that keeps it there.</summary>
internal sealed record LocalNodeSettings(
    string Folder, int AmqpPort, int ManagementPort, int MetricsPort, IReadOnlyDictionary<string, string> Environment)
{
    // What RabbitMQ 4 takes at most; 3.10 would take 128 MiB.
    private const int MaximumMessageBytes = 16 * 1024 * 1024;

    public static LocalNodeSettings Create(string host)
    {
        string folder = Directory.CreateTempSubdirectory("haptitalk-broker-").FullName;
        if (FreePorts.Take(5) is not [var amqp, var management, var metrics, var epmd, var distribution])
            throw new InvalidOperationException("Five ports were asked for.");

        string Write(string file, string content)
        {
            string path = Path.Combine(folder, file);
            File.WriteAllText(path, content);
            return path;
        }

        // Erlang terms rather than rabbitmq.conf, which each start of a node would translate for a second.
        string configuration = string.Create(CultureInfo.InvariantCulture, $$"""
            [{rabbit, [{tcp_listeners, [{"{{host}}", {{amqp}}}]}, {max_message_size, {{MaximumMessageBytes}}}]},
             {rabbitmq_management, [{tcp_config, [{ip, "{{host}}"}, {port, {{management}}}]}]},
             {rabbitmq_prometheus, [{tcp_config, [{ip, "{{host}}"}, {port, {{metrics}}}]}]}].
            """);
        return new(folder, amqp, management, metrics, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder, // the Erlang cookie's place
            ["ERL_CRASH_DUMP"] = Path.Combine(folder, "erl_crash.dump"),
            ["ERL_EPMD_ADDRESS"] = host,
            ["ERL_EPMD_PORT"] = epmd.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"haptitalk-{amqp}@localhost"),
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
