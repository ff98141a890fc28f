using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Fails, or works and asks on, as its settings say.</summary>
internal sealed class WorkingConsumer<T>(WorkLog log, InstanceSettings settings, IServiceProvider services) : IConsumer<T>
    where T : Call
{
    public async Task Consume(ConsumeContext<T> context)
    {
        ConsumerSettings mine = settings.Consumers.Single(static consumer => consumer.Message == typeof(T).Name);
        Call call = context.Message;
        log.Begin(mine.Message, call.Number);
        if (mine.IsBroken || call.IsBad)
        {
            throw mine.Validates
                ? new FluentValidation.ValidationException("'Quantity' must be greater than '0'.")
                : new InvalidOperationException("No database.");
        }

        await Task.Delay(mine.Work, TimeProvider.System, context.CancellationToken);
        if (mine.Next is { } next)
            await MessageKind.Of(next).AskAsync(services, call.Number, isBad: false, context.CancellationToken);
        log.Complete(mine.Message, call.Number);
        // Without an address, a reply would be published.
        if (context.ResponseAddress is not null)
            await context.RespondAsync(new Done(call.Number));
    }
}
