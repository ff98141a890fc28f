using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The registered consumers and sagas that carry <see cref="ExcludeFromMessagingResilienceAttribute"/>.</summary>
internal sealed class ExcludedConsumers(IServiceCollection services)
{
    private readonly Lazy<HashSet<string>> _names = new(() =>
        [.. services.Select(static service => service.ServiceType).Where(Consumption.IsExclusion).Select(TypeCache.GetShortName)]);

    /// <param name="consumer">The name by which MassTransit shows a consumer.</param>
    public bool Includes(string consumer) => _names.Value.Contains(consumer);
}
