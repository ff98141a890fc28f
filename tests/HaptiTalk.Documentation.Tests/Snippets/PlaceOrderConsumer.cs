using MassTransit;

namespace HaptiTalk.Documentation.Tests;

/// <summary>The consumer that the README adds, as far as its other snippets need it.</summary>
public sealed class PlaceOrderConsumer : IConsumer<PlaceOrderConsumer.PlaceOrder>
{
    public Task Consume(ConsumeContext<PlaceOrder> context) => Task.CompletedTask;

    public sealed record PlaceOrder(string OrderId);
}
