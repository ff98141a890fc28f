using System.Reflection;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How the messages of one type are consumed on one endpoint. All their consumers there share a delivery, so it is one answer for all.</summary>
/// <param name="Consumer">Who consumes them.</param>
/// <param name="Service">The profile that a consumer's attribute names.</param>
/// <param name="IsExcluded">No profile is applied.</param>
/// <param name="IsBatch">They are collected into batches.</param>
internal sealed record Consumption(string Consumer, string? Service, bool IsExcluded, bool IsBatch)
{
    public static Consumption ByHandler { get; } = new("a handler", Service: null, IsExcluded: false, IsBatch: false);

    public static Consumption By(Type consumer, Type consumed) => new(
        consumer.Name,
        consumer.GetCustomAttribute<ServiceProfileAttribute>(inherit: true)?.Name,
        IsExclusion(consumer) || BuiltInConsumers.Includes(consumer, consumed),
        BatchMessage.TypeIn(consumed) is not null);

    public static bool IsExclusion(Type consumer) => consumer.IsDefined(typeof(ExcludeFromMessagingResilienceAttribute), inherit: true);

    public Consumption And(Consumption other, Type messageType, Uri inputAddress)
    {
        if (Service is not null && other.Service is not null && !string.Equals(Service, other.Service, StringComparison.OrdinalIgnoreCase))
            throw Refusal($"under different service profiles, '{Service}' and '{other.Service}'");
        if (IsExcluded != other.IsExcluded)
            throw Refusal($"of which only {(IsExcluded ? Consumer : other.Consumer)} is excluded from messaging resilience");
        if (IsBatch != other.IsBatch)
            throw Refusal($"of which only {(IsBatch ? Consumer : other.Consumer)} takes them in batches");

        return this with { Service = Service ?? other.Service };

        ConfigurationException Refusal(string difference) => new(
            $"Endpoint {inputAddress} has two consumers of {messageType.Name} {difference}. "
            + $"They would share one delivery: move {other.Consumer} to an endpoint of its own.");
    }
}
