using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>MassTransit's own middleware, with the numbers of our defaults where it has such a number.</summary>
internal sealed class MassTransitProtection() : Protection("MassTransit's own middleware")
{
    public override void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, LoadSettings settings)
    {
        endpoint.UseCircuitBreaker(static breaker => breaker.ResetInterval = TimeSpan.FromSeconds(30));
        endpoint.UseConcurrencyLimit(settings.Concurrency);
        endpoint.UseMessageRetry(static retry => retry.Intervals(100, 200, 400));
        endpoint.UseTimeout(timeout => timeout.Timeout = settings.Deadline);
    }
}

/// <summary>Polly around the call and around the work, as one writes it without a framework.</summary>
internal sealed class PollyProtection(LoadSettings settings) : Protection("Polly by hand")
{
    private readonly ResiliencePipeline _calling = Build(settings, settings.Concurrency);
    private readonly ResiliencePipeline _serving = Build(settings, settings.Concurrency);

    public override async Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings) =>
        await _calling.ExecuteAsync(
            static async (call, token) => await call.Client.GetResponse<LoadReply>(call.Request, token, call.Deadline),
            (Client: services.GetRequiredService<IRequestClient<LoadRequest>>(), Request: request, settings.Deadline));

    public override Task ServeAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        _serving.ExecuteAsync(static (work, token) => new ValueTask(work(token)), work, cancellationToken).AsTask();

    private static ResiliencePipeline Build(LoadSettings settings, int concurrency) => new ResiliencePipelineBuilder()
        .AddConcurrencyLimiter(concurrency, queueLimit: 1000)
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions { BreakDuration = TimeSpan.FromSeconds(30) })
        .AddTimeout(settings.Deadline)
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 3 })
        .AddTimeout(settings.Deadline)
        .Build();
}

/// <summary>The framework on both sides, every policy on.</summary>
internal sealed class FrameworkProtection(string name, (string Key, string Value)[]? caller = null) : Protection(name)
{
    public override void Configure(HostApplicationBuilder builder, LoadSettings settings, bool isCaller)
    {
        builder.Configuration["Resilience:Profiles:load:Timeout:DefaultTimeout"] = settings.Deadline.ToString();
        builder.Configuration["Resilience:Profiles:load:Bulkhead:MaxConcurrentCalls"] = settings.Concurrency.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach ((string key, string value) in isCaller ? caller ?? [] : [])
            builder.Configuration[$"Resilience:Profiles:load:{key}"] = value;
        builder.Services.AddMessagingResilience(builder.Configuration);
    }

    public override void Configure(IBusRegistrationConfigurator bus) => bus.AddMessagingResilience();

    public override void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit) => rabbit.UseMessagingResilience(context);

    // Its bulkhead limits what runs; what comes beside that has to reach it to be refused.
    public override void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, LoadSettings settings)
    {
    }

    public override async Task AskAsync(IServiceProvider services, LoadRequest request, LoadSettings settings) =>
        await services.GetRequiredService<IRequestClient<LoadRequest>>().GetResponse<LoadReply>(request);
}
