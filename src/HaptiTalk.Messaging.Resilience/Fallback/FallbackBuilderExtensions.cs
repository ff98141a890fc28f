using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Registers fallback replies.</summary>
public static class FallbackBuilderExtensions
{
    /// <summary>
    /// Registers a reply that stands in for the real one: at once when the breaker is open or the bulkhead refuses, and
    /// after a failure once <c>Fallback:ErrorThreshold</c> of them lie within <c>Fallback:ErrorWindow</c>.
    /// </summary>
    /// <typeparam name="TRequest">The request it answers.</typeparam>
    /// <typeparam name="TReply">The reply's type; must be one that the requester waits for.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="generator">Makes the reply. What it throws ends up inside the failure that the caller gets.</param>
    /// <param name="side">
    /// <see cref="ResilienceSide.Client"/> for requests this process sends, <see cref="ResilienceSide.Consumer"/> for requests it
    /// answers. Default: both.
    /// </param>
    public static IMessagingResilienceBuilder AddFallback<TRequest, TReply>(
        this IMessagingResilienceBuilder builder,
        Func<FallbackContext<TRequest>, CancellationToken, ValueTask<TReply>> generator,
        ResilienceSide? side = null)
        where TRequest : class
        where TReply : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(generator);
        builder.Services.AddSingleton<FallbackRegistration>(new FallbackRegistration<TRequest, TReply>(generator, side));
        return builder;
    }

    /// <summary>The same with a reply that is always the same.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="reply">The reply. Several callers may get the same object.</param>
    /// <param name="side">As above.</param>
    /// <inheritdoc cref="AddFallback{TRequest, TReply}(IMessagingResilienceBuilder, Func{FallbackContext{TRequest}, CancellationToken, ValueTask{TReply}}, ResilienceSide?)" path="/typeparam"/>
    public static IMessagingResilienceBuilder AddFallback<TRequest, TReply>(
        this IMessagingResilienceBuilder builder, TReply reply, ResilienceSide? side = null)
        where TRequest : class
        where TReply : class
    {
        ArgumentNullException.ThrowIfNull(reply);
        return builder.AddFallback<TRequest, TReply>((_, _) => new(reply), side);
    }
}
