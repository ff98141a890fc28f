using System.Text;
using System.Text.Json;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Looks at a queue past the bus.</summary>
internal static class Queue
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Messages that are ready; null when there is no such queue.</summary>
    public static async Task<uint?> CountAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    /// <summary>Those who consume a queue.</summary>
    public static async Task<uint> ConsumersAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).ConsumerCount;
    }

    /// <summary>Waits until so many are ready: what somebody held is back a moment after they have gone.</summary>
    public static async Task ShouldHoldAsync(VirtualHost host, string queue, uint messages)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (await CountAsync(host, queue) != messages && TimeProvider.System.GetElapsedTime(started) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        (await CountAsync(host, queue)).ShouldBe(messages);
    }

    /// <summary>Takes every message out of a queue and returns their headers.</summary>
    public static async Task<List<Dictionary<string, string>>> TakeAllAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        List<Dictionary<string, string>> messages = [];
        while (await channel.BasicGetAsync(queue, autoAck: true, cancellationToken) is { } message)
        {
            messages.Add((message.BasicProperties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal)).ToDictionary(
                header => header.Key,
                header => header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value?.ToString() ?? "",
                StringComparer.Ordinal));
        }

        return messages;
    }

    /// <summary>Takes every message out of a queue and returns how often each number was there.</summary>
    public static async Task<Dictionary<int, int>> TakeNumbersAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        uint left = (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        Dictionary<int, int> numbers = [];
        TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Much faster than getting one after the other.
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            using JsonDocument envelope = JsonDocument.Parse(message.Body);
            int number = envelope.RootElement.GetProperty("message").GetProperty("number").GetInt32();
            numbers[number] = numbers.GetValueOrDefault(number) + 1;
            if (--left == 0)
                taken.SetResult();
            return Task.CompletedTask;
        };
        if (left == 0)
            return numbers;

        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        // A queue that says it has more than it hands out shows in what is missing.
        await taken.Task.WaitAsync(Patience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return numbers;
    }

    private static Task<IConnection> ConnectAsync(VirtualHost host, CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken);
}
