using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class DeadLetterServiceCollectionExtensionsTests(BrokerFixture broker)
{
    [Fact]
    public async Task AddRabbitMqDeadLetters_AfterAddMessagingResilience_AsksThatBroker()
    {
        ServiceCollection services = new();
        services.AddMessagingResilience(new ConfigurationBuilder().Build()).AddRabbitMqDeadLetters(broker.Address);
        await using ServiceProvider provider = services.BuildServiceProvider();

        IReadOnlyList<DeadLetterCount> counts = await provider.GetRequiredService<IDeadLetterInspector>()
            .CountAsync([$"{Guid.NewGuid():N}_error"], TestContext.Current.CancellationToken);

        counts.Single().Exists.ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://rabbit.example")]
    [InlineData("rabbit.example")]
    [InlineData("amqp://rabbit.example/two/segments")]
    public void AddRabbitMqDeadLetters_NotAnAmqpAddress_IsRefusedAtRegistration(string address)
    {
        ArgumentException refused = Should.Throw<ArgumentException>(
            () => new ServiceCollection().AddRabbitMqDeadLetters(new Uri(address, UriKind.RelativeOrAbsolute)));

        refused.Message.ShouldContain("amqp://user:password@host:port/vhost");
    }
}
