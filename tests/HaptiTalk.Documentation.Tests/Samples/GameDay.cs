using System.Globalization;
using HaptiTalk.Messaging.Resilience;
using Microsoft.Extensions.Configuration;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;
using Polly.Simmy;

namespace HaptiTalk.Documentation.Tests;

public static class GameDay
{
    /// <summary>Makes attempts fail or linger as the section says, in place of the services behind them.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">Read at every attempt, so that a game day begins and ends without a restart.</param>
    public static IMessagingResilienceBuilder AddGameDay(this IMessagingResilienceBuilder builder, IConfigurationSection section) =>
        builder.AddPolicy("game-day", PolicyPosition.Innermost, (pipeline, context) =>
        {
            IConfigurationSection service = section.GetSection($"Services:{context.Service}");
            pipeline
                .AddChaosLatency(new ChaosLatencyStrategyOptions
                {
                    EnabledGenerator = _ => new(IsOn(section)),
                    InjectionRateGenerator = _ => new(RateOf(service["LatencyRate"])),
                    LatencyGenerator = _ => new(DurationOf(service["Latency"])),
                })
                .AddChaosFault(new ChaosFaultStrategyOptions
                {
                    EnabledGenerator = _ => new(IsOn(section)),
                    InjectionRateGenerator = _ => new(RateOf(service["FaultRate"])),
                    FaultGenerator = _ => new(new GameDayException(context.Service)),
                });
        });

    private static bool IsOn(IConfigurationSection section) => bool.TryParse(section["Enabled"], out bool enabled) && enabled;

    // A mistake in these settings must not become a failure nobody planned: it injects nothing.
    private static double RateOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && double.IsFinite(rate) ? rate : 0;

    private static TimeSpan DurationOf(string? text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan duration) && duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
}
