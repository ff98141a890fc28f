using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

/// <summary>A virtual host and a folder of its own for a test, and runs that have both in their environment.</summary>
internal sealed class DeadLetterHost : IAsyncDisposable
{
    private readonly VirtualHost _host;
    private readonly Uri _management;
    private readonly IConnection _connection;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haptitalk-tool-");

    private DeadLetterHost(VirtualHost host, Uri management, IConnection connection)
    {
        _host = host;
        _management = management;
        _connection = connection;
    }

    public Uri Address => _host.Address;

    public string VirtualHost => _host.Name;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DeadLetterHost> CreateAsync(BrokerFixture broker)
    {
        VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        return new(host, broker.Management, await new ConnectionFactory { Uri = host.Address }.CreateConnectionAsync(Token));
    }

    /// <summary>A host with the queues <c>user</c> and <c>user_error</c>, and failures in the latter.</summary>
    public static async Task<DeadLetterHost> CreateAsync(BrokerFixture broker, int failures)
    {
        DeadLetterHost host = await CreateAsync(broker);
        await host.DeclareAsync("user");
        await host.DeclareAsync("user_error");
        await host.FailAsync("user_error", failures);
        return host;
    }

    public Task<Run> RunAsync(params string[] arguments) => RunAsync(static environment => environment, arguments);

    public Task<Run> RunAsync(Func<ToolEnvironment, ToolEnvironment> change, IReadOnlyList<string> arguments, CancellationToken? cancellationToken = null) =>
        Run.OfAsync(
            environment => change(environment with
            {
                Folder = _folder.FullName,
                Variable = name => name switch
                {
                    "HAPTITALK_BROKER" => Address.ToString(),
                    "HAPTITALK_MANAGEMENT" => _management.ToString(),
                    _ => null,
                },
            }),
            ["dead-letters", .. arguments],
            cancellationToken);

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public async Task DeclareAsync(string queue, string type = "classic", params (string Name, object Value)[] arguments)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        Dictionary<string, object?> all = arguments.ToDictionary(argument => argument.Name, object? (argument) => argument.Value, StringComparer.Ordinal);
        all["x-queue-type"] = type;
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: Token);
    }

    public async Task BindToFanoutAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(queue, "fanout", durable: true, cancellationToken: Token);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: Token);
    }

    /// <summary>
    /// Messages as MassTransit leaves them: odd numbers failed with a time-out at <c>GetUser</c>, even ones with a conflict at
    /// <c>SaveUser</c>; the body says the number.
    /// </summary>
    public Task FailAsync(string queue, int messages) => PublishAsync(queue, Enumerable.Range(1, messages).Select(number =>
    {
        bool isOdd = number % 2 == 1;
        BasicProperties properties = new()
        {
            Persistent = true,
            MessageId = $"message-{number}",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = isOdd ? "System.TimeoutException" : "App.ConflictException",
                ["MT-Fault-Message"] = $"failure {number}",
                ["MT-Fault-Timestamp"] = $"2026-11-25T{number % 24:00}:00:00Z",
                ["MT-Fault-ConsumerType"] = "App.UserConsumer",
                ["MT-Fault-MessageType"] = isOdd ? "App.GetUser" : "App.SaveUser",
                ["tenant"] = $"tenant-{number}",
            },
        };
        return (properties, Encoding.UTF8.GetBytes($"{{\"number\":{number}}}"));
    }));

    public async Task PublishAsync(string queue, params IEnumerable<(BasicProperties Properties, byte[] Body)> messages)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        foreach ((BasicProperties properties, byte[] body) in messages)
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, Token);
    }

    public async Task<long> CountAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        return (await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount;
    }

    /// <summary>Gives the first message back as one that failed, which a quorum queue counts.</summary>
    public async Task RejectAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        BasicGetResult message = (await channel.BasicGetAsync(queue, autoAck: false, Token)).ShouldNotBeNull();
        await channel.BasicRejectAsync(message.DeliveryTag, requeue: true, Token);
    }

    /// <summary>Ends when a queue holds this many.</summary>
    public async Task WaitForAsync(string queue, long messages)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (await CountAsync(queue) != messages)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
    }

    public async Task<IReadOnlyList<BasicGetResult>> TakeAllAsync(string queue)
    {
        List<BasicGetResult> taken = [];
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        while (await channel.BasicGetAsync(queue, autoAck: true, Token) is { } message)
            taken.Add(message);
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
