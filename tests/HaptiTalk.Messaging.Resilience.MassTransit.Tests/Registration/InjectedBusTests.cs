using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who publishes past the framework is named at start.</summary>
public sealed class InjectedBusTests : IDisposable
{
    private readonly StartLog _log = new();

    private IEnumerable<string> Said => _log.Warnings.Where(static warning => warning.Contains("IBus injected", StringComparison.Ordinal));

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Start_ServicesThatTakeTheBus_AreNamedOnce()
    {
        await using TestBus bus = await StartAsync(static services =>
        {
            services.AddHostedService<Ticker>();
            services.AddSingleton<Ticker>();
            services.AddSingleton(typeof(Relay<>));
            services.AddKeyedSingleton<Keyed>("key");
        });

        string line = Said.ShouldHaveSingleItem();

        line.ShouldStartWith("Keyed, Relay<T>, Ticker have IBus injected");
        line.ShouldContain("IProtectedBus");
    }

    [Fact]
    public async Task Start_ServiceTakesTheProtectedBus_NothingIsSaid()
    {
        await using TestBus bus = await StartAsync(static services => services.AddSingleton<Covered>());

        Said.ShouldBeEmpty();
    }

    private Task<TestBus> StartAsync(Action<IServiceCollection> register) => TestBus.StartAsync(
        register,
        static (context, memory) => memory.UseMessagingResilience(context),
        resilience => resilience.Services.AddLogging(logging => logging.AddProvider(_log)));

    public sealed class Ticker(IBus bus) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromResult(bus.Address);
    }

    public sealed class Relay<T>(IBusControl bus)
    {
        public Uri Address => bus.Address;
    }

    public sealed class Keyed(IBus bus)
    {
        public Uri Address => bus.Address;
    }

    public sealed class Covered(IProtectedBus bus)
    {
        public IProtectedBus Bus => bus;
    }
}
