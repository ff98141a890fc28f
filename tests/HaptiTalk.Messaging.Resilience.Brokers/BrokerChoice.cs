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
            [new BrokerCandidate($"{address.Host}:{address.Port}", nodes => nodes == 1 ? [new ExternalBroker(address)] : throw NoCluster())],
        _ => throw new BrokerUnavailableException(
            $"{Variable} is '{value}'. Allowed are 'docker', 'local', an amqp:// address, or nothing for the first that works."),
    };

    private static BrokerCandidate Docker { get; } = new("docker", ContainerBroker.Create);

    private static BrokerCandidate Local { get; } = new("local", LocalBroker.Create);

    private static BrokerUnavailableException NoCluster() =>
        new($"Tests of a cluster start their own: they need {Variable}=docker or {Variable}=local.");
}

/// <summary>A broker that could be used, of one node or of several; making it may fail where its means are missing.</summary>
internal sealed record BrokerCandidate(string Name, Func<int, IReadOnlyList<IBroker>> Create);
