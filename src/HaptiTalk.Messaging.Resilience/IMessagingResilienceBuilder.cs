using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds to the resilience of this host; returned by <c>AddMessagingResilience</c>.</summary>
public interface IMessagingResilienceBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
