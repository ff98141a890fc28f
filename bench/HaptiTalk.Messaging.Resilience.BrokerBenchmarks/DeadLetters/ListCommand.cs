using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;

/// <summary><c>list</c>: how long a listing takes beside the broker's own answer.</summary>
internal static class ListCommand
{
    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> queues = new("--queues") { Description = "Queues, half of them error queues.", DefaultValueFactory = _ => 2_000 };
        Option<int> rounds = new("--rounds") { Description = "Runs of each; the median counts.", DefaultValueFactory = _ => 15 };
        var command = new Command("list", "Listing dead letters beside the broker's own answer.") { broker, queues, rounds };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(broker), parsed.GetValue(queues), parsed.GetValue(rounds), results, cancellationToken));
        return command;
    }

    private static async Task RunAsync(string? choice, int queues, int rounds, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await Console.Error.WriteLineAsync($"{broker.Description}; {Environment.ProcessorCount} cores");
        await DeclareAsync(host, queues, cancellationToken);
        IDeadLetterInspector inspector = new RabbitMqDeadLetters(new DeadLetterOptions { Broker = host.Address, Management = broker.Management }).Inspector;
        using HttpClient http = new()
        {
            BaseAddress = new UriBuilder(broker.Management) { UserName = "", Password = "" }.Uri,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.Management.UserInfo)))),
            },
        };

        List<double> ours = [];
        List<double> theirs = [];
        for (int round = -3; round < rounds; round++)
        {
            long started = TimeProvider.System.GetTimestamp();
            using (HttpResponseMessage answer = await http.GetAsync(
                new Uri($"api/queues/{host.Name}?disable_stats=true&enable_queue_totals=true", UriKind.Relative), cancellationToken))
            {
                await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            }

            double raw = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
            started = TimeProvider.System.GetTimestamp();
            DeadLetterListing listing = await inspector.ListAsync(new() { IncludeEmpty = true }, cancellationToken);
            double listed = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
            if (listing.Queues.Count != queues / 2)
                throw new InvalidOperationException($"{listing.Queues.Count} queues were listed; {listing.ManagementProblem}");
            if (round < 0)
                continue;
            theirs.Add(raw);
            ours.Add(listed);
        }

        double oursMedian = ours.Order().ElementAt(ours.Count / 2);
        double theirsMedian = theirs.Order().ElementAt(theirs.Count / 2);
        await results.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{queues} queues: the broker's answer {theirsMedian:0} ms, our listing {oursMedian:0} ms, ratio {oursMedian / theirsMedian:0.00}"));
    }

    private static async Task DeclareAsync(VirtualHost host, int queues, CancellationToken cancellationToken)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync(cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        for (int queue = 0; queue < queues / 2; queue++)
        {
            await channel.QueueDeclareAsync($"service-{queue}", durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync($"service-{queue}_error", durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        }
    }
}
