using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A virtual host of its own, what is looked at with, and what only a test does: fill queues, empty them, set policies.</summary>
internal sealed class DeadLetterBroker : IAsyncDisposable
{
    private readonly BrokerFixture _fixture;
    private readonly VirtualHost _host;
    private readonly HttpClient _management;
    private readonly IConnection _connection;

    private DeadLetterBroker(BrokerFixture fixture, VirtualHost host, IConnection connection)
    {
        _fixture = fixture;
        _host = host;
        _connection = connection;
        _management = new HttpClient
        {
            BaseAddress = new UriBuilder(fixture.Management) { UserName = "", Password = "" }.Uri,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(fixture.Management.UserInfo)))),
            },
        };
        Version = BrokerVersion.Parse(BrokerVersion.TextOf(connection.ServerProperties));
        DeadLetters = Open();
    }

    public BrokerVersion Version { get; }

    public VirtualHost Host => _host;

    public RabbitMqDeadLetters DeadLetters { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<DeadLetterBroker> CreateAsync(BrokerFixture fixture)
    {
        VirtualHost host = await fixture.CreateVirtualHostAsync(Token);
        return new(fixture, host, await new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token));
    }

    /// <summary>What looks, with nothing kept of what others have looked at.</summary>
    public RabbitMqDeadLetters Open(bool useManagement = true, string? user = null, Func<DeadLetterOptions, DeadLetterOptions>? change = null)
    {
        UriBuilder address = new(_host.Address);
        if (user is not null)
            (address.UserName, address.Password) = (user, user);
        UriBuilder management = new(_fixture.Management) { UserName = address.UserName, Password = address.Password };
        DeadLetterOptions options = new() { Broker = address.Uri, Management = management.Uri, UseManagement = useManagement };
        return new(change?.Invoke(options) ?? options);
    }

    public async Task DeclareAsync(string queue, string type = "classic", params (string Name, object Value)[] arguments)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        Dictionary<string, object?> all = arguments.ToDictionary(argument => argument.Name, object? (argument) => argument.Value, StringComparer.Ordinal);
        all["x-queue-type"] = type;
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: Token);
    }

    public async Task DeleteAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: Token);
    }

    /// <summary>Publishes messages whose bodies are their numbers.</summary>
    public Task FillAsync(string queue, int messages, Action<int, BasicProperties>? change = null) =>
        PublishAsync(queue, Enumerable.Range(1, messages).Select(number =>
        {
            BasicProperties properties = new() { Persistent = true, MessageId = string.Create(CultureInfo.InvariantCulture, $"message-{number}") };
            change?.Invoke(number, properties);
            return (properties, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        }));

    public async Task PublishAsync(string queue, params IEnumerable<(BasicProperties Properties, byte[] Body)> messages)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        List<Task> confirmed = [];
        foreach ((BasicProperties properties, byte[] body) in messages)
            confirmed.Add(channel.BasicPublishAsync("", queue, mandatory: true, properties, body, Token).AsTask());
        await Task.WhenAll(confirmed);
    }

    public async Task<long> CountAsync(string queue) =>
        (await DeadLetters.Inspector.CountAsync([queue], Token))[0].Messages ?? -1;

    /// <summary>Takes everything out, in order.</summary>
    public async Task<IReadOnlyList<TakenMessage>> TakeAllAsync(string queue)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        var consumer = new TakingConsumer(channel, (await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount);
        // Much faster than getting one after the other, which then only shows that nothing else is there.
        await consumer.TakeAsync(queue, Token);
        while (await channel.BasicGetAsync(queue, autoAck: true, Token) is { } message)
            consumer.Taken.Add(new(new BasicProperties(message.BasicProperties), message.Body.ToArray()));
        return consumer.Taken;
    }

    public Task SetPolicyAsync(string name, string pattern, object definition, bool asOperator = false) => PutAsync(
        $"api/{(asOperator ? "operator-policies" : "policies")}/{_host.Name}/{name}", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["pattern"] = pattern,
            ["definition"] = definition,
            ["apply-to"] = "queues",
        });

    /// <summary>Between RabbitMQ 4.0 and 4.3 a quorum queue is looked into without a delivery limit only.</summary>
    public async Task LiftLimitAsync()
    {
        if (Version >= new BrokerVersion(4, 0) && Version < new BrokerVersion(4, 3))
            await SetPolicyAsync("look", ".*", new Dictionary<string, object>(StringComparer.Ordinal) { ["delivery-limit"] = -1 });
    }

    /// <summary>A user whose password is its name.</summary>
    public async Task<string> CreateUserAsync(string tags, string configure, string write, string read)
    {
        string user = $"user-{Guid.NewGuid():N}";
        await PutAsync($"api/users/{user}", new { password = user, tags });
        await PutAsync($"api/permissions/{_host.Name}/{user}", new { configure, write, read });
        return user;
    }

    public async Task BindAsync(string queue, string exchange, string type = "fanout")
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        await channel.ExchangeDeclareAsync(exchange, type, durable: true, autoDelete: false, cancellationToken: Token);
        await channel.QueueBindAsync(queue, exchange, "", cancellationToken: Token);
    }

    public async Task<IChannel> OpenChannelAsync() => await _connection.CreateChannelAsync(cancellationToken: Token);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _management.Dispose();
        await _host.DisposeAsync();
    }

    private async Task PutAsync(string resource, object content)
    {
        using HttpResponseMessage response = await _management.PutAsJsonAsync(resource, content, Token);
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>A message that a test took out of a queue.</summary>
internal sealed record TakenMessage(BasicProperties Properties, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) =>
        Properties.Headers is { } headers && headers.TryGetValue(name, out object? value) ? value is byte[] text ? Encoding.UTF8.GetString(text) : value?.ToString() : null;
}
