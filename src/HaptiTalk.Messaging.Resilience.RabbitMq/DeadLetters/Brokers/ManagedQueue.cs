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

    public long? MessageBytes { get; init; }

    public int? Consumers { get; init; }

    public string? Policy { get; init; }

    public JsonElement Arguments { get; init; }

    public JsonElement EffectivePolicyDefinition { get; init; }

    [JsonIgnore]
    public BrokerQueueType QueueType => Type switch
    {
        "classic" => BrokerQueueType.Classic,
        "quorum" => BrokerQueueType.Quorum,
        "stream" => BrokerQueueType.Stream,
        _ => BrokerQueueType.Unknown,
    };

    /// <summary>An argument of its declaration: a queue may be dead-lettered by one, or by policy.</summary>
    public string? TextOf(string setting) =>
        Read(Arguments, $"x-{setting}", JsonValueKind.String)?.GetString()
        ?? Read(EffectivePolicyDefinition, setting, JsonValueKind.String)?.GetString();

    public bool HasLimit(string setting) =>
        Read(Arguments, $"x-{setting}", JsonValueKind.Number) is not null || Read(EffectivePolicyDefinition, setting, JsonValueKind.Number) is not null;

    public int? ArgumentOf(string setting) => NumberOf(Arguments, $"x-{setting}");

    public int? PolicyOf(string setting) => NumberOf(EffectivePolicyDefinition, setting);

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ManagedQueue))]
[JsonSerializable(typeof(ManagedQueue[]))]
[JsonSerializable(typeof(ManagedBinding[]))]
internal sealed partial class ManagementJson : JsonSerializerContext;
