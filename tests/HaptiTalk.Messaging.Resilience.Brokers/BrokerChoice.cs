namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Which brokers to try, and in which order.</summary>
internal static class BrokerChoice
{
    public const string Variable = "HAPTITALK_TEST_BROKER";

    public static IReadOnlyList<BrokerCandidate> From(string? value) => value switch
    {
        null or "" => [Docker, Local],
        "docker" => [Docker],
        "local" => [Local],
        _ when Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.Scheme is "amqp" or "amqps" =>
            [new BrokerCandidate($"{address.Host}:{address.Port}", () => new ExternalBroker(address))],
        _ => throw new BrokerUnavailableException(
            $"{Variable} is '{value}'. Allowed are 'docker', 'local', an amqp:// address, or nothing for the first that works."),
    };

    private static BrokerCandidate Docker { get; } = new("docker", () => new ContainerBroker());

    private static BrokerCandidate Local { get; } = new("local", () => new LocalBroker());
}

/// <summary>A broker that could be used; making it may fail where its means are missing.</summary>
internal sealed record BrokerCandidate(string Name, Func<IBroker> Create);
