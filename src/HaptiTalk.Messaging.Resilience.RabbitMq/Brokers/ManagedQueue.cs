using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A queue as the management API shows it.</summary>
internal sealed record ManagedQueue
{
    public required string Name { get; init; }

    public string? Type { get; init; }

    public long? Messages { get; init; }

    public long? MessagesReady { get; init; }

    public int? Consumers { get; init; }

    public string? Policy { get; init; }

    public JsonElement Arguments { get; init; }

    /// <summary>What the policies come to. Before RabbitMQ 4.3 it comes with the statistics alone, and late.</summary>
    public JsonElement EffectivePolicyDefinition { get; init; }

    /// <summary>Looked up where the above is missing.</summary>
    [JsonIgnore]
    public ManagedPolicies? Policies { get; init; }

    /// <summary>Whether all is known that policies say about it.</summary>
    [JsonIgnore]
    public bool KnowsPolicies => HasEffectiveDefinition || Policies is not null;

    [JsonIgnore]
    public BrokerQueueType QueueType => Type switch
    {
        "classic" => BrokerQueueType.Classic,
        "quorum" => BrokerQueueType.Quorum,
        "stream" => BrokerQueueType.Stream,
        _ => BrokerQueueType.Unknown,
    };

    private bool HasEffectiveDefinition => EffectivePolicyDefinition.ValueKind == JsonValueKind.Object;

    /// <summary>A setting from its declaration or from a policy.</summary>
    public string? TextOf(string setting) =>
        Read(Arguments, $"x-{setting}", JsonValueKind.String)?.GetString()
        ?? Definitions.Select(definition => Read(definition, setting, JsonValueKind.String)?.GetString()).FirstOrDefault(static text => text is not null);

    public bool HasLimit(string setting) => ArgumentOf(setting) is not null || Definitions.Any(definition => NumberOf(definition, setting) is not null);

    public int? ArgumentOf(string setting) => NumberOf(Arguments, $"x-{setting}");

    /// <summary>A limit that policies set.</summary>
    public int? LimitByPolicy(string setting) => Definitions.Select(definition => NumberOf(definition, setting))
        .Aggregate((int?)null, SmallerLimit);

    /// <summary>Which of two limits the broker applies: the smaller one. A negative limit means none, and the other one wins.</summary>
    public static int? SmallerLimit(int? one, int? other) => (one, other) switch
    {
        ({ } first, { } second) => first < 0 || second < 0 ? Math.Max(first, second) : Math.Min(first, second),
        _ => one ?? other,
    };

    private IEnumerable<JsonElement> Definitions => HasEffectiveDefinition
        ? [EffectivePolicyDefinition]
        : Policies is { } policies ? [policies.OfOperator(this), policies.OfUser(this)] : [];

    private static int? NumberOf(JsonElement settings, string name) =>
        Read(settings, name, JsonValueKind.Number) is { } number && number.TryGetInt32(out int value) ? value : null;

    // Without arguments the API writes an empty list in place of an object.
    private static JsonElement? Read(JsonElement settings, string name, JsonValueKind kind) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : null;
}

/// <summary>A binding as the management API shows it.</summary>
internal sealed record ManagedBinding(string Source, string Destination, string DestinationType, string? RoutingKey);

/// <summary>A broker's own name for its cluster.</summary>
internal sealed record ManagedCluster(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ManagedQueue))]
[JsonSerializable(typeof(ManagedQueue[]))]
[JsonSerializable(typeof(ManagedBinding[]))]
[JsonSerializable(typeof(ManagedCluster))]
[JsonSerializable(typeof(ManagedPolicy[]))]
internal sealed partial class ManagementJson : JsonSerializerContext;
