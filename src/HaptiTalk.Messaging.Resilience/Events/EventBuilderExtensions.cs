using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Registers event handlers.</summary>
public static class EventBuilderExtensions
{
    /// <summary>Calls <paramref name="handler"/> for every event of a type, beside the calls that cause them.</summary>
    /// <typeparam name="TEvent">One kind of event, <see cref="ServiceEvent"/> or <see cref="ResilienceEvent"/> for all.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="handler">What to do. See <see cref="IResilienceEventObserver{TEvent}"/> for what happens when it throws or hangs.</param>
    public static IMessagingResilienceBuilder OnEvent<TEvent>(
        this IMessagingResilienceBuilder builder, Func<TEvent, CancellationToken, ValueTask> handler)
        where TEvent : ResilienceEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        builder.Services.AddSingleton(EventSubscription.For(handler));
        return builder;
    }
}
