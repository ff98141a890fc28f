using System.Reflection;
using HaptiTalk.Auth;
using HaptiTalk.Contracts;
using HaptiTalk.Feedback;
using HaptiTalk.Hosting;
using HaptiTalk.Messaging.Resilience;
using HaptiTalk.Realtime;
using HaptiTalk.Report;
using HaptiTalk.Session;
using HaptiTalk.User;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Consumers.Tests;

public sealed class ServiceModuleTests
{
    private static readonly IServiceModule[] Modules =
        [new AuthModule(), new UserModule(), new SessionModule(), new RealtimeModule(), new FeedbackModule(), new ReportModule()];

    public static TheoryData<string> Services => [.. Modules.Select(module => module.Name)];

    [Fact]
    public void Modules_All_HaveAPortOfTheirOwn() => Modules.Select(module => module.DefaultPort).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Services))]
    public void Consumers_All_CarryTheirServicesProfile(string service)
    {
        Type[] consumers = [.. AssemblyOf(service).GetTypes().Where(type => type.IsClass && typeof(IConsumer).IsAssignableFrom(type))];

        consumers.ShouldNotBeEmpty();
        consumers.ShouldAllBe(consumer => consumer.GetCustomAttribute<ServiceProfileAttribute>()!.Name == service);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Requests_All_CarryTheProfileOfTheServiceThatAnswers(string service)
    {
        Type[] consumed =
        [
            .. AssemblyOf(service).GetTypes()
                .SelectMany(type => type.GetInterfaces())
                .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
                .Select(type => type.GetGenericArguments()[0])
                .Except([typeof(SessionEnded), typeof(FeedbackDelivered)]),
        ];

        consumed.ShouldAllBe(request => request.GetCustomAttribute<ServiceProfileAttribute>()!.Name == service);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Settings_All_AreAcceptedByTheFramework(string service)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "settings", AssemblyOf(service).GetName().Name!, "appsettings.json");
        IConfiguration configuration = new ConfigurationBuilder().AddJsonFile(file).Build();
        var services = new ServiceCollection();
        services.AddMessagingResilience(configuration);
        await using ServiceProvider provider = services.BuildServiceProvider();

        foreach (IHostedService startup in provider.GetServices<IHostedService>())
            await startup.StartAsync(TestContext.Current.CancellationToken);

        configuration["Resilience:Service"].ShouldBe(service);
    }

    [Fact]
    public async Task RunAsync_MalformedBroker_RefusesToStart() =>
        (await ServiceHost.RunAsync(["--broker", "amqp://nobody"], new UserModule())).ShouldBe(2);

    private static Assembly AssemblyOf(string service) => Modules.Single(module => module.Name == service).GetType().Assembly;
}
