using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>
/// <c>chains-instance</c>: what <c>chains</c> starts. It reads its settings from the first line of its input, and an order from each
/// further one; it ends with its input, so that it does not outlive whoever started it.
/// </summary>
internal static class InstanceCommand
{
    public const string Name = "chains-instance";

    public static Command Create(TextWriter answers)
    {
        var command = new Command(Name, "One instance of a service; chains starts it.") { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(answers, cancellationToken));
        return command;
    }

    private static async Task RunAsync(TextWriter answers, CancellationToken cancellationToken)
    {
        // Not Console.In, which blocks a thread.
        using var input = new StreamReader(Console.OpenStandardInput());
        var settings = InstanceJson.Read<InstanceSettings>(await input.ReadLineAsync(cancellationToken));
        await using WebApplication app = Instance.Build(settings);
        await app.StartAsync(cancellationToken);
        await AnswerAsync(new Ready(new Uri(app.Urls.Single())));

        var load = new CallLoad(app.Services);
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            Order order = InstanceJson.Read<Order>(line);
            var control = app.Services.GetRequiredService<IResilienceControl>();
            if (order.Patience is { } patience)
                Set(control, patience);
            if (order.Isolate is { } target)
                control.Isolate(target, by: Name);
            await (order.Load is { } calls ? AnswerAsync(await load.RunAsync(calls, cancellationToken)) : AnswerAsync(Report(app.Services)));
        }

        async Task AnswerAsync<T>(T answer)
        {
            await answers.WriteLineAsync(JsonSerializer.Serialize(answer, InstanceJson.Options));
            await answers.FlushAsync(cancellationToken);
        }
    }

    private static void Set(IResilienceControl control, PatienceOrder patience)
    {
        foreach (string service in patience.Services)
        {
            _ = patience.IsOver
                ? control.Revert(service, by: Name)
                : control.Change(service, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Timeout:DefaultTimeout"] = "1.00:00:00" }, by: Name);
        }
    }

    private static InstanceReport Report(IServiceProvider services)
    {
        BreakerLog breakers = services.GetRequiredService<BreakerLog>();
        return new(services.GetRequiredService<WorkLog>().Runs, breakers.Failures, breakers.Opened);
    }
}

/// <summary>The first answer: everything has started.</summary>
/// <param name="Address">Where its endpoints are.</param>
internal sealed record Ready(Uri Address);

/// <summary>The language between the processes.</summary>
internal static class InstanceJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Where nothing failed there is no time of a failure.
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static T Read<T>(string? line) =>
        JsonSerializer.Deserialize<T>(line ?? throw new InvalidOperationException("The other process has ended."), Options)
        ?? throw new InvalidOperationException($"The other process said '{line}'.");
}
