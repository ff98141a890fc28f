using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A consumer that answers within what its caller waits is in time, however deep it stands. Only work takes time here.</summary>
public sealed class ChainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task GetResponse_FiveServicesThatUseFifteenPercentEach_NoneFailsAndNoneRunsTwice(double seconds)
    {
        TimeSpan total = TimeSpan.FromSeconds(seconds);
        var chain = new Chain(_ => Takes(total * 0.15));
        await using TestBus bus = await StartAsync(chain.AddTo, Chain.SettingsOf(total));

        Response<Answer> answer = await EndAsync(bus.Client<First>().GetResponse<Answer>(new First(), Token));

        answer.Message.Text.ShouldBe("fifth");
        chain.Runs.ShouldBe(Chain.Services);
        bus.Measured.Sum("retry_attempts").ShouldBe(0);
        bus.Measured.Sum("operation_timeouts").ShouldBe(0);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(1.5)]
    [InlineData(1.95)]
    public async Task GetResponse_ThirdServiceWithTwoSecondsUsesThem_AnswersAtTheFirstAttempt(double seconds)
    {
        var shop = new Shop(_ => Takes(TimeSpan.FromSeconds(seconds)));
        await using TestBus bus = await StartAsync(shop.AddTo, Shop.SettingsOf());

        Response<Answer> answer = await EndAsync(bus.Client<PlaceOrder>().GetResponse<Answer>(new PlaceOrder(), Token));

        answer.Message.Text.ShouldBe("paid");
        shop.Payments.ShouldBe(1);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(2.5)]
    public async Task GetResponse_ShippedProfileInProduction_ConsumerMayTakeItsThreeSeconds(double seconds)
    {
        int runs = 0;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new MovedClock(_time));
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddMessagingResilience();
            bus.AddHandler(async (ConsumeContext<Ask> context) =>
            {
                Interlocked.Increment(ref runs);
                await Takes(TimeSpan.FromSeconds(seconds));
                await context.RespondAsync(new Answer("x"));
            });
            bus.UsingInMemory((context, memory) =>
            {
                memory.UseMessagingResilience(context);
                memory.ConfigureEndpoints(context);
            });
        });
        using IHost host = builder.Build();
        await host.StartAsync(Token);
        await using AsyncServiceScope scope = host.Services.CreateAsyncScope();

        await EndAsync(scope.ServiceProvider.GetRequiredService<IRequestClient<Ask>>().GetResponse<Answer>(new Ask("x"), Token));
        await host.StopAsync(CancellationToken.None);

        runs.ShouldBe(1);
    }

    // A call that is repeated waits for a time that nobody else passes, and the bus for that call.
    private async Task<Response<Answer>> EndAsync(Task<Response<Answer>> call)
    {
        await Task.WhenAny(call, Task.Delay(Patience, TimeProvider.System, Token));
        _time.Advance(TimeSpan.FromHours(1));
        return await call;
    }

    private Task Takes(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    private Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> services, Dictionary<string, string?> settings) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton<TimeProvider>(new MovedClock(_time));
            services(bus);
        },
        settings: settings);
}
