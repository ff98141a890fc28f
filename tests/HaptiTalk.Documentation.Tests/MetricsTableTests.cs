using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Documentation.Tests;

public sealed class MetricsTableTests
{
    [Fact]
    public async Task MetricsPage_Instruments_AreThoseOfTheMeter()
    {
        // Other tests make the same instruments at the same time.
        var published = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "HaptiTalk.Messaging.Resilience")
                    published.TryAdd($"`{instrument.Name}` | {KindOf(instrument)} | {instrument.Unit ?? SettingText.None}", true);
            },
        };
        listener.Start();
        var services = new ServiceCollection();
        services.AddMessagingResilience(new ConfigurationBuilder().Build());
        services.AddMassTransit(static bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingInMemory();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<IMessagingResilience>();
        provider.GetRequiredService<IBus>();

        MarkdownPage.Read("docs/metrics.md").TableWith("Instrument", "Unit").Select("Instrument", "Kind", "Unit").ShouldBe(published.Keys, ignoreOrder: true);
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        ObservableGauge<int> => "gauge",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };
}
