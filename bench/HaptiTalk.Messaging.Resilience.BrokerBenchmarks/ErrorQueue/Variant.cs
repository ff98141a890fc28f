using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>One kind of protection.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Protect">How the bus is configured.</param>
internal sealed record Variant(string Name, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> Protect)
{
    // The pauses of our own default retry, without its jitter.
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400)];

    public static IReadOnlyList<Variant> All { get; } =
    [
        new("MassTransit alone", static (_, _) => { }),
        new("`UseMessageRetry` (100, 200, 400 ms)", static (_, bus) => bus.UseMessageRetry(static retry => retry.Intervals(Pauses))),
        new("`UseCircuitBreaker`, its defaults", static (_, bus) => bus.UseCircuitBreaker()),
        new("`UseCircuitBreaker`, as documented", static (_, bus) => bus.UseCircuitBreaker(static breaker =>
        {
            breaker.TrackingPeriod = TimeSpan.FromMinutes(1);
            breaker.TripThreshold = 15;
            breaker.ActiveThreshold = 10;
            breaker.ResetInterval = TimeSpan.FromMinutes(5);
        })),
        new("`UseKillSwitch`, its defaults", static (_, bus) => bus.UseKillSwitch()),
        new("`UseKillSwitch`, as documented", static (_, bus) => bus.UseKillSwitch(static options => options
            .SetActivationThreshold(10).SetTripThreshold(0.15).SetRestartTimeout(m: 1))),
        new("`UseMessagingResilience`, its defaults", static (context, bus) => bus.UseMessagingResilience(context)),
    ];
}
