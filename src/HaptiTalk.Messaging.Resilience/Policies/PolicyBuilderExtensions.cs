using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Adds policies of the host's own.</summary>
public static class PolicyBuilderExtensions
{
    /// <summary>Puts any Polly strategy among the framework's policies, for every service and side.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">What it is called; one policy to a name.</param>
    /// <param name="position">Where it stands. Several at one position stand in the order of their registration.</param>
    /// <param name="configure">Adds the strategy. It runs once per service and side.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or taken.</exception>
    public static IMessagingResilienceBuilder AddPolicy(
        this IMessagingResilienceBuilder builder, string name, PolicyPosition position, Action<ResiliencePipelineBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddPolicy(name, position, (pipeline, _) => configure(pipeline));
    }

    /// <inheritdoc cref="AddPolicy(IMessagingResilienceBuilder, string, PolicyPosition, Action{ResiliencePipelineBuilder})" path="/summary|/exception"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">What it is called; one policy to a name.</param>
    /// <param name="position">Where it stands. Several at one position stand in the order of their registration.</param>
    /// <param name="configure">Adds the strategy, or none, for the service and side it is given. It runs once for each.</param>
    public static IMessagingResilienceBuilder AddPolicy(
        this IMessagingResilienceBuilder builder,
        string name,
        PolicyPosition position,
        Action<ResiliencePipelineBuilder, PolicyContext> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (builder.Services.Any(service => service.ImplementationInstance is CustomPolicy policy && policy.Name == name))
            throw new ArgumentException($"There is a policy '{name}' already.", nameof(name));

        builder.Services.AddSingleton(new CustomPolicy(name, position, configure));
        return builder;
    }
}
