using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Five services in a row. Each does its work, asks the next, and answers.</summary>
internal sealed class Chain(Func<CancellationToken, Task> work)
{
    public const int Services = 5;

    private int _runs;

    /// <summary>Consumers that have begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Every service has the same total; all else is the defaults'.</summary>
    public static Dictionary<string, string?> SettingsOf(TimeSpan total) => Settings.Of(
        $"first:Timeout:DefaultTimeout={total:c}",
        $"second:Timeout:DefaultTimeout={total:c}",
        $"third:Timeout:DefaultTimeout={total:c}",
        $"fourth:Timeout:DefaultTimeout={total:c}",
        $"fifth:Timeout:DefaultTimeout={total:c}");

    public void AddTo(IBusRegistrationConfigurator bus)
    {
        Add<First, Second>(bus, new());
        Add<Second, Third>(bus, new());
        Add<Third, Fourth>(bus, new());
        Add<Fourth, Fifth>(bus, new());
        bus.AddHandler(async (ConsumeContext<Fifth> context) =>
        {
            await WorkAsync(context.CancellationToken);
            await context.RespondAsync(new Answer("fifth"));
        });
    }

    private void Add<TRequest, TNext>(IBusRegistrationConfigurator bus, TNext next)
        where TRequest : class
        where TNext : class =>
        bus.AddHandler(async (ConsumeContext<TRequest> context, IRequestClient<TNext> client) =>
        {
            await WorkAsync(context.CancellationToken);
            Response<Answer> answer = await client.GetResponse<Answer>(next, context.CancellationToken);
            await context.RespondAsync(answer.Message);
        });

    private Task WorkAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return work(cancellationToken);
    }
}

[ServiceProfile("first")]
public sealed record First;

[ServiceProfile("second")]
public sealed record Second;

[ServiceProfile("third")]
public sealed record Third;

[ServiceProfile("fourth")]
public sealed record Fourth;

[ServiceProfile("fifth")]
public sealed record Fifth;
