using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;

/// <summary>The ways to move messages.</summary>
internal static class Mover
{
    public static Func<MoveTask, CancellationToken, Task> Replay(int window) => async (task, cancellationToken) =>
    {
        var deadLetters = new RabbitMqDeadLetters(new DeadLetterOptions { Broker = task.Host.Address, Management = task.Management });
        ReplayReport report = await deadLetters.Replayer.ReplayAsync(new ReplayRequest { Queue = "q_error", Window = window }, cancellationToken: cancellationToken);
        if (report.Stop != ReplayStop.Completed || report.Problem is not null)
            throw new InvalidOperationException($"{report.Stop}: {report.Problem}");
    };

    // Within the broker, without a network between: as fast as it can.
    public static async Task Shovel(MoveTask task, CancellationToken cancellationToken)
    {
        using HttpClient http = new()
        {
            BaseAddress = new UriBuilder(task.Management) { UserName = "", Password = "" }.Uri,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(task.Management.UserInfo)))),
            },
        };
        Dictionary<string, object> shovel = new(StringComparer.Ordinal)
        {
            ["src-protocol"] = "amqp091",
            ["src-uri"] = $"amqp:///{task.Host.Name}",
            ["src-queue"] = "q_error",
            ["src-prefetch-count"] = 1000,
            ["src-delete-after"] = "queue-length",
            ["dest-protocol"] = "amqp091",
            ["dest-uri"] = $"amqp:///{task.Host.Name}",
            ["dest-queue"] = "q",
            ["ack-mode"] = "on-confirm",
        };
        using HttpResponseMessage response = await http.PutAsJsonAsync(
            $"api/parameters/shovel/{task.Host.Name}/move", new Dictionary<string, object>(StringComparer.Ordinal) { ["value"] = shovel }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
