using System.Diagnostics.Metrics;
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Documentation.Tests;

public sealed class MetricsTableTests
{
    [Fact]
    public async Task MetricsPage_Instruments_AreThoseOfTheMeter()
    {
        var services = new ServiceCollection();
        services.AddMessagingResilience(new ConfigurationBuilder().Build());
        services.AddMassTransit(static bus =>
        {
            bus.AddMessagingResilience();
            bus.UsingInMemory();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var published = new HashSet<string>(StringComparer.Ordinal);
        using MeterListener listener = Listen(provider, published);
        provider.GetRequiredService<IMessagingResilience>();
        provider.GetRequiredService<IBus>();

        MarkdownPage.Read("docs/metrics.md").TableWith("Instrument", "Unit").Select("Instrument", "Kind", "Unit").ShouldBe(published, ignoreOrder: true);
    }

    [Fact]
    public async Task DeadLettersPage_Instruments_AreThoseOfTheMeter()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddRabbitMqDeadLetters(new Uri("amqp://localhost")).AddDeadLetterMetrics();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var published = new HashSet<string>(StringComparer.Ordinal);
        using MeterListener listener = Listen(provider, published);
        provider.GetServices<IHostedService>().ShouldNotBeEmpty();

        MarkdownPage.Read("docs/dead-letters.md").TableWith("Instrument", "Unit").Select("Instrument", "Kind", "Unit").ShouldBe(published, ignoreOrder: true);
    }

    // Of this container alone: other tests have meters of the same name.
    private static MeterListener Listen(IServiceProvider services, HashSet<string> published)
    {
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name == "HaptiTalk.Messaging.Resilience")
                    published.Add($"`{instrument.Name}` | {KindOf(instrument)} | {instrument.Unit ?? SettingText.None}");
            },
        };
        listener.Start();
        return listener;
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        ObservableGauge<int> or ObservableGauge<long> or ObservableGauge<double> => "gauge",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };
}
