using HaptiTalk.Auth;
using HaptiTalk.Feedback;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Realtime;
using HaptiTalk.Report;
using HaptiTalk.Session;
using HaptiTalk.User;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Consumers.Tests;

/// <summary>All six services on one in-memory bus, each with a new database.</summary>
internal sealed class ServiceBus : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConsumedMessages _consumed = new();
    private readonly ServiceProvider _provider;

    private ServiceBus(Action<IServiceCollection>? replace, params (string Key, string Value)[] settings)
    {
        IServiceModule[] modules =
            [new AuthModule(), new UserModule(), new SessionModule(), new RealtimeModule(), new FeedbackModule(), new ReportModule()];
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("Storage:Path", _folder.Path)).Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2)))
            .Build();

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        IMessagingResilienceBuilder resilience = services.AddMessagingResilience(configuration);
        foreach (IServiceModule module in modules)
        {
            module.AddServices(services, configuration);
            module.AddFallbacks(resilience);
        }

        replace?.Invoke(services);
        services.AddMassTransitTestHarness(bus =>
        {
            foreach (IServiceModule module in modules)
                module.AddConsumers(bus);
            bus.AddMessagingResilience();
            bus.UsingInMemory((context, transport) =>
            {
                transport.UseMessagingResilience(context);
                transport.ConfigureEndpoints(context);
            });
        });
        _provider = services.BuildServiceProvider(validateScopes: true);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ITestHarness Harness => _provider.GetRequiredService<ITestHarness>();

    public static async Task<ServiceBus> StartAsync(Action<IServiceCollection>? replace = null, params (string Key, string Value)[] settings)
    {
        var bus = new ServiceBus(replace, settings);
        bus.Harness.Bus.ConnectReceiveObserver(bus._consumed);
        await bus.Harness.Start();
        return bus;
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public async Task<TReply> AskAsync<TRequest, TReply>(TRequest request)
        where TRequest : class
        where TReply : class
    {
        await using AsyncServiceScope scope = _provider.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IClientFactory>().CreateRequestClient<TRequest>(RequestTimeout.After(s: 20));
        Response<TReply> response = await client.GetResponse<TReply>(request, TestContext.Current.CancellationToken);
        return response.Message;
    }

    public Task PublishAsync<TEvent>(TEvent message)
        where TEvent : class => Harness.Bus.Publish(message, TestContext.Current.CancellationToken);

    /// <summary>Waits until <paramref name="count"/> deliveries of an event have been consumed, and names their queues.</summary>
    public async Task<IReadOnlyList<string>> ConsumedByAsync<TEvent>(int count)
        where TEvent : class
    {
        await _consumed.WaitForAsync<TEvent>(count, TestContext.Current.CancellationToken);
        return _consumed.QueuesOf<TEvent>();
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _folder.Dispose();
    }
}
