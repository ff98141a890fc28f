using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says which exceptions are failures.</summary>
public static class FailureBuilderExtensions
{
    /// <summary>
    /// Says which exceptions of a type are failures of the service: they count for the circuit breaker, are retried and may fall back.
    /// The others are the caller's own mistakes: none of that happens. What <c>CircuitBreaker:Handle</c>, <c>CircuitBreaker:Ignore</c>,
    /// <c>Retry:Handle</c> and <c>Retry:Ignore</c> name goes by those settings first.
    /// </summary>
    /// <typeparam name="TException">The type; what derives from it is meant, too. Of several that fit, the last one registered decides.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="shouldHandle">
    /// True for a failure. It is asked several times about one exception, from any thread. One that throws has said nothing; that is
    /// logged, at most once a minute. It is not asked about what was refused, or given up by the caller.
    /// </param>
    /// <param name="service">The profile it is said for. Default: all.</param>
    /// <exception cref="ArgumentException"><paramref name="service"/> is empty.</exception>
    public static IMessagingResilienceBuilder ClassifyFailures<TException>(
        this IMessagingResilienceBuilder builder, Func<TException, bool> shouldHandle, string? service = null)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(shouldHandle);
        if (service is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(service);
        builder.Services.AddSingleton(new FailureRule(typeof(TException), service, exception => shouldHandle((TException)exception)));
        return builder;
    }
}
