using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The consumers and sagas that MassTransit brings along: of its job service, its futures, its schedulers. They repeat and time
/// their work themselves, by definitions that cannot be changed, so no profile is applied to them.
/// </summary>
internal static class MassTransitsOwn
{
    private const string Namespace = "MassTransit.";

    // What wraps the handlers that a service registers.
    private const string Wrappers = "MassTransit.DependencyInjection.";

    public static bool Includes(Type consumer, Type consumed) =>
        Includes(TypeCache.GetShortName(consumer)) || typeof(IJobConsumer<>).MakeGenericType(consumed).IsAssignableFrom(consumer);

    /// <param name="consumer">The name by which MassTransit shows a consumer.</param>
    public static bool Includes(string consumer) =>
        consumer.StartsWith(Namespace, StringComparison.Ordinal) && !consumer.StartsWith(Wrappers, StringComparison.Ordinal);
}
