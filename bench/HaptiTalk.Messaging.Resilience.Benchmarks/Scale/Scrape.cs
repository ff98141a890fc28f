using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary>What Prometheus reads, from the real exporter through a real socket.</summary>
internal static class Scrape
{
    private const int Rounds = 11;
    private const string Overflow = "otel_metric_overflow=\"true\"";

    // Two scrapes within its cache's life would get one answer.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(350);

    public static async Task<ScrapeFigures> MeasureAsync(ScaleSize size, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddMessagingResilience(ScaleHost.Configuration(size)).AddPrometheus();
        await using WebApplication app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        await app.StartAsync(cancellationToken);
        new ScaleHost(app.Services, size).CallAll();
        using var client = new HttpClient { BaseAddress = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        byte[] body = await client.GetByteArrayAsync("/metrics", cancellationToken);
        var times = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            long startedAt = TimeProvider.System.GetTimestamp();
            body = await client.GetByteArrayAsync("/metrics", cancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(startedAt).TotalMilliseconds);
        }

        await app.StopAsync(cancellationToken);
        string[] series = [.. System.Text.Encoding.UTF8.GetString(body).Split('\n').Where(static line => line.Length > 0 && line[0] != '#')];
        string[] overflowing = [.. series.Where(static line => line.Contains(Overflow, StringComparison.Ordinal)).Select(static line => line.Split('{')[0]).Distinct()];
        return new(body.Length, series.Length, Median.Of(times), overflowing);
    }
}
