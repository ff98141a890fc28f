using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;

/// <summary>Messages in <c>q_error</c> that are to be in <c>q</c>.</summary>
internal sealed class MoveTask : IAsyncDisposable
{
    private const int BodySize = 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly int _messages;

    private MoveTask(VirtualHost host, Uri management, IConnection connection, IChannel channel, int messages)
    {
        Host = host;
        Management = management;
        _connection = connection;
        _channel = channel;
        _messages = messages;
    }

    public VirtualHost Host { get; }

    public Uri Management { get; }

    public static async Task<MoveTask> PrepareAsync(VirtualHost host, Uri management, string type, int messages, CancellationToken cancellationToken)
    {
        IConnection connection = await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync(cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        Dictionary<string, object?> arguments = new(StringComparer.Ordinal) { ["x-queue-type"] = type };
        foreach (string queue in (string[])["q", "q_error"])
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        MoveTask task = new(host, management, connection, channel, messages);
        await task.FillAsync(cancellationToken);
        return task;
    }

    public async Task<MoveResult> MeasureAsync(Func<MoveTask, CancellationToken, Task> move, CancellationToken cancellationToken)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        TimeSpan cpuBefore = process.TotalProcessorTime;
        long started = TimeProvider.System.GetTimestamp();
        Task moving = move(this, cancellationToken);
        long heap = 0;
        while (await CountAsync("q", cancellationToken) < _messages || await CountAsync("q_error", cancellationToken) > 0)
        {
            heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false));
            if (moving.IsFaulted)
                await moving;
            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
        }

        TimeSpan took = TimeProvider.System.GetElapsedTime(started);
        await moving;
        process.Refresh();
        return new(_messages / took.TotalSeconds, (process.TotalProcessorTime - cpuBefore).TotalSeconds * 100_000 / _messages, heap);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        byte[] body = new byte[BodySize];
        Array.Fill(body, (byte)'x');
        await using IChannel channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        List<Task> confirmed = [];
        for (int number = 0; number < _messages; number++)
        {
            // As MassTransit leaves one, with what a replay takes off again.
            BasicProperties properties = new()
            {
                Persistent = true,
                MessageId = Guid.NewGuid().ToString(),
                ContentType = "application/vnd.masstransit+json",
                Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["MT-Reason"] = "fault",
                    ["MT-Fault-ExceptionType"] = "System.TimeoutException",
                    ["MT-Fault-Message"] = "The database did not answer in time.",
                    ["MT-Fault-Timestamp"] = "2026-01-01T00:00:00.0000000Z",
                    ["MT-Fault-InputAddress"] = $"rabbitmq://localhost/{Host.Name}/q",
                    ["MT-Fault-StackTrace"] = "   at Shop.Orders.OrderConsumer.Consume(ConsumeContext`1 context) in /src/OrderConsumer.cs:line 42",
                    ["MT-Host-MachineName"] = "orders-1",
                    ["tenant"] = "acme",
                },
            };
            confirmed.Add(channel.BasicPublishAsync("", "q_error", mandatory: true, properties, body, cancellationToken).AsTask());
            if (confirmed.Count == 500)
            {
                await Task.WhenAll(confirmed);
                confirmed.Clear();
            }
        }

        await Task.WhenAll(confirmed);
        while (await CountAsync("q_error", cancellationToken) < _messages)
            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
    }

    private async Task<uint> CountAsync(string queue, CancellationToken cancellationToken) =>
        (await _channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
}

/// <summary>How fast, and at what price.</summary>
internal sealed record MoveResult(double PerSecond, double CpuPer100k, long Heap)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:N0}/s, {CpuPer100k:0.0} s CPU per 100,000, {Heap / 1e6:0} MB");
}
