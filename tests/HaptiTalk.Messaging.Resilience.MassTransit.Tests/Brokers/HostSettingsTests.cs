using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What the framework changes about the way a RabbitMQ bus connects. That it helps, the real broker shows.</summary>
public sealed class HostSettingsTests
{
    [Fact]
    public async Task ReconnectPause_AfterAnyNumberOfLosses_StaysShort()
    {
        await using ServiceProvider provider = Build();
        IRabbitMqHostConfiguration host = HostOf(provider);

        foreach (IRetryPolicy policy in (IRetryPolicy[])[host.ReceiveTransportRetryPolicy, host.SendTransportRetryPolicy])
        {
            var failure = new ConnectionException("gone");
            policy.CreatePolicyContext(new Loss()).CanRetry(failure, out RetryContext<Loss> loss).ShouldBeTrue();
            for (int losses = 2; losses < 50; losses++)
            {
                loss.Delay.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
                loss.CanRetry(failure, out loss).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task ReconnectPause_OfMassTransitAlone_GrowsPastTwentySeconds()
    {
        await using ServiceProvider provider = Build(isProtected: false);

        HostOf(provider).ReceiveTransportRetryPolicy.CreatePolicyContext(new Loss()).CanRetry(new ConnectionException("gone"), out RetryContext<Loss> loss);
        TimeSpan longest = TimeSpan.Zero;
        for (int losses = 2; losses < 200; losses++)
        {
            longest = loss.Delay > longest ? loss.Delay.Value : longest;
            loss.CanRetry(new ConnectionException("gone"), out loss);
        }

        longest.ShouldBeGreaterThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReconnectPause_CredentialsRefused_EndsAnEndpointOfMassTransitAloneOnly(bool isProtected)
    {
        await using ServiceProvider provider = Build(isProtected: isProtected);
        var refused = new RabbitMqConnectionException("refused", new BrokerUnreachableException(new AuthenticationFailureException("refused")));

        bool isTriedAgain = HostOf(provider).ReceiveTransportRetryPolicy.CreatePolicyContext(new Loss()).CanRetry(refused, out _);

        isTriedAgain.ShouldBe(isProtected);
    }

    [Fact]
    public async Task Heartbeat_NotSet_IsShortened()
    {
        await using ServiceProvider provider = Build();

        HostOf(provider).Settings.Heartbeat.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Settings_TheHostHasSet_AreKept()
    {
        await using ServiceProvider provider = Build(static host =>
        {
            host.Heartbeat(TimeSpan.FromSeconds(33));
            host.Username("somebody");
            host.ConnectionName("here");
            host.ContinuationTimeout(TimeSpan.FromSeconds(7));
        });

        RabbitMqHostSettings settings = HostOf(provider).Settings;
        settings.Heartbeat.ShouldBe(TimeSpan.FromSeconds(33));
        (settings.Host, settings.Port, settings.VirtualHost, settings.Username, settings.ClientProvidedName)
            .ShouldBe(("broker.example", 5673, "there", "somebody", "here"));
        settings.ContinuationTimeout.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_PublisherConfirmation_IsWarnedAboutWhereItIsOff(bool isOn)
    {
        var log = new StartLog();
        await using ServiceProvider provider = Build(host => host.PublisherConfirmation = isOn, log);

        _ = HostOf(provider);

        log.Warnings.Any(line => line.Contains("Publisher confirmation is off for rabbitmq://broker.example:5673/there", StringComparison.Ordinal)).ShouldBe(!isOn);
    }

    /// <summary>
    /// An endpoint whose connection was lost while its bus stopped asks for another one. It takes any failure but a cancellation for a
    /// reason to ask again.
    /// </summary>
    [Fact]
    public async Task Refresh_HostDisposed_IsCancelled()
    {
        RabbitMqHostSettings settings;
        await using (ServiceProvider provider = Build())
            settings = HostOf(provider).Settings;

        await Should.ThrowAsync<OperationCanceledException>(() => settings.Refresh(new ConnectionFactory()));
    }

    private static IRabbitMqHostConfiguration HostOf(ServiceProvider provider) =>
        (IRabbitMqHostConfiguration)provider.GetRequiredService<IBusInstance>().HostConfiguration;

    private static ServiceProvider Build(Action<IRabbitMqHostConfigurator>? configure = null, StartLog? log = null, bool isProtected = true)
    {
        var services = new ServiceCollection();
        if (log is not null)
            services.AddLogging(logging => logging.AddProvider(log));
        services.AddMessagingResilience(new ConfigurationBuilder().Build());
        services.AddMassTransit(bus =>
        {
            if (isProtected)
                bus.AddMessagingResilience();
            bus.UsingRabbitMq((_, rabbit) => rabbit.Host("broker.example", 5673, "there", host => configure?.Invoke(host)));
        });
        return services.BuildServiceProvider();
    }

    private sealed class Loss : MassTransit.Middleware.BasePipeContext;
}
