using System.CommandLine;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks;

/// <summary>The broker that a program runs on: a private one, or the one that was given.</summary>
internal static class BenchmarkBroker
{
    // The fixture reads it, so that these programs find a broker as the tests do.
    private const string Variable = "HAPTITALK_TEST_BROKER";

    public static Option<string?> Option() => new("--broker")
    {
        Description = "The broker; its management API must answer on port 15672. 'docker' or 'local' starts a private one. "
            + $"Default: {Variable}, or the first private one that works.",
        HelpName = "amqp://…",
    };

    public static Option<string> ResultsOption() => new("--results")
    {
        Description = "The directory that gets the result as JSON.",
        DefaultValueFactory = static _ => Path.Combine("bench", "results"),
    };

    public static async Task<BrokerFixture> StartAsync(string? choice)
    {
        if (choice is not null)
            Environment.SetEnvironmentVariable(Variable, choice);
        var broker = new BrokerFixture();
        try
        {
            await broker.InitializeAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }
}
