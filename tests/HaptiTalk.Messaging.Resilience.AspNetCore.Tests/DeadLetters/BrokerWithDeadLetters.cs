using System.Globalization;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A virtual host of its own with queues that a test fills, and what the host under test is told of it.</summary>
internal sealed class BrokerWithDeadLetters : IAsyncDisposable
{
    public const string Timeout = "System.TimeoutException";
    public const string Invalid = "System.InvalidOperationException";

    private readonly VirtualHost _host;
    private readonly IConnection _connection;

    private BrokerWithDeadLetters(VirtualHost host, Uri management, IConnection connection)
    {
        _host = host;
        _connection = connection;
        Options = new() { Broker = host.Address, Management = management };
    }

    public DeadLetterOptions Options { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<BrokerWithDeadLetters> CreateAsync(BrokerFixture fixture)
    {
        VirtualHost host = await fixture.CreateVirtualHostAsync(Token);
        return new(host, fixture.Management, await new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token));
    }

    /// <summary>A queue of dead letters and the one they came from, both new.</summary>
    public async Task FillAsync(string queue = "user", int messages = 10, string exception = Timeout)
    {
        await DeclareAsync(queue);
        await DeclareAsync($"{queue}_error");
        await PublishAsync($"{queue}_error", Enumerable.Range(1, messages).Select(number => Failed(number, queue, exception)));
    }

    /// <summary>
    /// A queue with a message that no broker lets us look at without harm: before RabbitMQ 4.3 because of the limit, from then on because
    /// somebody has died over the message already.
    /// </summary>
    public async Task FillWithWhatCannotBeLookedIntoAsync(string queue)
    {
        await DeclareAsync(queue, "quorum", ("x-delivery-limit", 4));
        await PublishAsync(queue, Failed(1));
        await using (IChannel dying = await _connection.CreateChannelAsync(cancellationToken: Token))
            (await dying.BasicGetAsync(queue, autoAck: false, Token)).ShouldNotBeNull();
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        while (await channel.MessageCountAsync(queue, Token) == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
    }

    public async Task DeclareAsync(string queue, string type = "classic", params (string Name, object Value)[] arguments)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        Dictionary<string, object?> all = arguments.ToDictionary(argument => argument.Name, object? (argument) => argument.Value, StringComparer.Ordinal);
        all["x-queue-type"] = type;
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: Token);
    }

    public async Task PublishAsync(string queue, params IEnumerable<(BasicProperties Properties, byte[] Body)> messages)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        List<Task> confirmed = [];
        foreach ((BasicProperties properties, byte[] body) in messages)
            confirmed.Add(channel.BasicPublishAsync("", queue, mandatory: true, properties, body, Token).AsTask());
        await Task.WhenAll(confirmed);
    }

    /// <summary>What a consumer of MassTransit's leaves that has failed.</summary>
    public static (BasicProperties Properties, byte[] Body) Failed(
        int number, string queue = "user", string exception = Timeout, string text = "no answer", string? body = null)
    {
        BasicProperties properties = new()
        {
            Persistent = true,
            MessageId = string.Create(CultureInfo.InvariantCulture, $"message-{number}"),
            ContentType = "application/vnd.masstransit+json",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = exception,
                ["MT-Fault-Message"] = text,
                ["MT-Fault-StackTrace"] = $"   at HaptiTalk.Users.Store.Load(Int32 id)\n   at HaptiTalk.Users.Consumer.Consume()",
                ["MT-Fault-Timestamp"] = string.Create(CultureInfo.InvariantCulture, $"2026-01-01T00:{number / 60 % 60:00}:{number % 60:00}.000Z"),
                ["MT-Fault-InputAddress"] = $"rabbitmq://localhost/{Uri.EscapeDataString(queue)}",
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
        };
        body ??= string.Create(
            CultureInfo.InvariantCulture, $$$"""{"messageType":["urn:message:HaptiTalk.Contracts:GetUserProfile"],"message":{"userId":{{{number}}}},"headers":{"tenant":"a"}}""");
        return (properties, Encoding.UTF8.GetBytes(body));
    }

    public async Task<uint> CountAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        return (await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount;
    }

    /// <summary>So many are there, once whoever looks at them has given them back.</summary>
    public async Task ShouldHoldAsync(string queue, uint messages)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (await CountAsync(queue) is var counted && counted != messages)
        {
            TimeProvider.System.GetElapsedTime(begin).ShouldBeLessThan(TimeSpan.FromSeconds(10), $"{queue} holds {counted} and not {messages}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    /// <summary>The ids of the messages in a queue, which is empty then.</summary>
    public async Task<IReadOnlyList<(string? Id, string Body, IDictionary<string, object?> Headers)>> TakeAllAsync(string queue)
    {
        List<(string?, string, IDictionary<string, object?>)> taken = [];
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        while (await channel.BasicGetAsync(queue, autoAck: true, Token) is { } message)
            taken.Add((message.BasicProperties.MessageId, Encoding.UTF8.GetString(message.Body.Span), message.BasicProperties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal)));
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }
}
