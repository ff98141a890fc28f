using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A policy as the management API shows it.</summary>
internal sealed record ManagedPolicy(
    string Name, string Pattern, [property: JsonPropertyName("apply-to")] string? ApplyTo, int Priority, JsonElement Definition)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether its pattern means something here as well: the broker's are of another dialect.</summary>
    [JsonIgnore]
    public bool IsUnderstood
    {
        get
        {
            try
            {
                _ = new Regex(Pattern, RegexOptions.CultureInvariant, Longest);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    public bool AppliesTo(ManagedQueue queue) =>
        (ApplyTo is null or "all" or "queues" || ApplyTo == $"{queue.Type}_queues")
        && Regex.IsMatch(queue.Name, Pattern, RegexOptions.CultureInvariant, Longest);
}

/// <summary>
/// The policies of a virtual host. Before RabbitMQ 4.3 a queue without statistics does not say which apply to it, or what is in them:
/// of those whose pattern fits, the one of highest priority.
/// </summary>
internal sealed record ManagedPolicies(ManagedPolicy[] Users, ManagedPolicy[] Operators)
{
    public JsonElement OfUser(ManagedQueue queue) => queue.Policy is { } name
        ? Users.FirstOrDefault(policy => policy.Name == name)?.Definition ?? default
        : Of(Users, queue);

    public JsonElement OfOperator(ManagedQueue queue) => Of(Operators, queue);

    private static JsonElement Of(ManagedPolicy[] policies, ManagedQueue queue) =>
        policies.Where(policy => policy.AppliesTo(queue)).MaxBy(static policy => policy.Priority)?.Definition ?? default;
}
