using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>A type of message, found by its name: settings that go to another process name it.</summary>
internal abstract class MessageKind
{
    private static readonly IReadOnlyList<MessageKind> All =
    [
        new MessageKind<Checkout>(), new MessageKind<PlaceOrder>(), new MessageKind<ReserveStock>(), new MessageKind<StockCounted>(),
        new MessageKind<Charge>(), new MessageKind<Book>(), new MessageKind<GetUserProfile>(),
    ];

    protected abstract string Name { get; }

    public static MessageKind Of(string name) => All.Single(kind => kind.Name == name);

    public abstract void AddConsumer(IBusRegistrationConfigurator bus);

    public abstract void Configure(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context);

    public abstract Task AskAsync(IServiceProvider services, int number, bool isBad, CancellationToken cancellationToken);

    public abstract Task PublishAsync(IServiceProvider services, int number, bool isBad, CancellationToken cancellationToken);
}

internal sealed class MessageKind<T> : MessageKind
    where T : Call, new()
{
    protected override string Name => typeof(T).Name;

    public override void AddConsumer(IBusRegistrationConfigurator bus) => bus.AddConsumer<WorkingConsumer<T>>();

    public override void Configure(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context) =>
        endpoint.ConfigureConsumer<WorkingConsumer<T>>(context);

    public override Task AskAsync(IServiceProvider services, int number, bool isBad, CancellationToken cancellationToken) =>
        services.GetRequiredService<IRequestClient<T>>().GetResponse<Done>(new T { Number = number, IsBad = isBad }, cancellationToken);

    public override Task PublishAsync(IServiceProvider services, int number, bool isBad, CancellationToken cancellationToken) =>
        services.GetRequiredService<IPublishEndpoint>().Publish(new T { Number = number, IsBad = isBad }, cancellationToken);
}
