using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Orders ask inventory, and that asks payments, whose consumer does what the test wants.</summary>
internal sealed class Shop(Func<CancellationToken, Task> pay)
{
    private int _payments;

    /// <summary>Payments that have begun.</summary>
    public int Payments => Volatile.Read(ref _payments);

    /// <summary>The totals; all else is the defaults'.</summary>
    public static Dictionary<string, string?> SettingsOf(params ReadOnlySpan<string> settings) => Settings.Of(
    [
        "orders:Timeout:DefaultTimeout=00:00:04", "inventory:Timeout:DefaultTimeout=00:00:04", "payments:Timeout:DefaultTimeout=00:00:02", .. settings,
    ]);

    public void AddTo(IBusRegistrationConfigurator bus)
    {
        bus.AddHandler(static async (ConsumeContext<PlaceOrder> context, IRequestClient<ReserveStock> inventory) =>
        {
            Response<Answer> reserved = await inventory.GetResponse<Answer>(new ReserveStock(), context.CancellationToken);
            await context.RespondAsync(reserved.Message);
        });
        bus.AddHandler(static async (ConsumeContext<ReserveStock> context, IRequestClient<Pay> payments) =>
        {
            Response<Answer> paid = await payments.GetResponse<Answer>(new Pay(), context.CancellationToken);
            await context.RespondAsync(paid.Message);
        });
        bus.AddHandler(async (ConsumeContext<Pay> context) =>
        {
            Interlocked.Increment(ref _payments);
            await pay(context.CancellationToken);
            await context.RespondAsync(new Answer("paid"));
        });
    }
}

[ServiceProfile("orders")]
public sealed record PlaceOrder;

[ServiceProfile("inventory")]
public sealed record ReserveStock;

[ServiceProfile("payments")]
public sealed record Pay;
