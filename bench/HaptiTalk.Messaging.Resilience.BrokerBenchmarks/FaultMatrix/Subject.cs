using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>A calling service under one kind of protection. Every call gets the same time.</summary>
internal abstract class Subject(string name)
{
    /// <summary>The bound of a call.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<Subject> All { get; } = [new BareSubject(), new ProtectedSubject()];

    /// <summary>What the table calls it.</summary>
    public string Name => name;

    /// <summary>It promises to end each call in its time.</summary>
    public virtual bool IsBounded => false;

    public virtual void Configure(HostApplicationBuilder builder)
    {
    }

    public virtual void Configure(IBusRegistrationConfigurator bus)
    {
    }

    public virtual void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit)
    {
    }

    public abstract Task AskAsync(IServiceProvider services, int number);

    public abstract Task PublishAsync(IServiceProvider services, int number);

    public abstract Task SendAsync(IServiceProvider services, int number);

    /// <summary>MassTransit with the time it can be given: a request timeout, and a token.</summary>
    private sealed class BareSubject() : Subject("MassTransit alone")
    {
        public override async Task AskAsync(IServiceProvider services, int number)
        {
            using var patience = new CancellationTokenSource(Total);
            await services.GetRequiredService<IRequestClient<MatrixRequest>>().GetResponse<MatrixReply>(new MatrixRequest(number), patience.Token, Total);
        }

        public override async Task PublishAsync(IServiceProvider services, int number)
        {
            using var patience = new CancellationTokenSource(Total);
            await services.GetRequiredService<IPublishEndpoint>().Publish(new MatrixEvent(number), patience.Token);
        }

        public override async Task SendAsync(IServiceProvider services, int number)
        {
            using var patience = new CancellationTokenSource(Total);
            ISendEndpoint endpoint = await services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(Answering.Address);
            await endpoint.Send(new MatrixCommand(number), patience.Token);
        }
    }

    /// <summary>The framework with its plain defaults, but for the time.</summary>
    private sealed class ProtectedSubject() : Subject("with the framework")
    {
        public override bool IsBounded => true;

        public override void Configure(HostApplicationBuilder builder)
        {
            builder.Configuration["Resilience:Profiles:matrix:Timeout:DefaultTimeout"] = Total.ToString();
            builder.Services.AddMessagingResilience(builder.Configuration);
        }

        public override void Configure(IBusRegistrationConfigurator bus) => bus.AddMessagingResilience();

        public override void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit) => rabbit.UseMessagingResilience(context);

        public override Task AskAsync(IServiceProvider services, int number) =>
            services.GetRequiredService<IRequestClient<MatrixRequest>>().GetResponse<MatrixReply>(new MatrixRequest(number));

        public override Task PublishAsync(IServiceProvider services, int number) =>
            services.GetRequiredService<IPublishEndpoint>().Publish(new MatrixEvent(number));

        public override async Task SendAsync(IServiceProvider services, int number)
        {
            ISendEndpoint endpoint = await services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(Answering.Address);
            await endpoint.Send(new MatrixCommand(number));
        }
    }
}
