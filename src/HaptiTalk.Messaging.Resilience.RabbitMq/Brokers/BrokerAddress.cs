using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where a broker answers AMQP. Its text leaves the credentials out.</summary>
internal sealed class BrokerAddress
{
    private readonly Uri _address;

    private BrokerAddress(Uri address, string virtualHost)
    {
        _address = address;
        VirtualHost = virtualHost;
    }

    public string VirtualHost { get; }

    public static BrokerAddress From(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TryFrom(address) ?? throw new ArgumentException(
            "A broker address looks like amqp://user:password@host:port/vhost (or amqps://).", nameof(address));
    }

    /// <returns>Null when it is not an AMQP address.</returns>
    public static BrokerAddress? TryFrom(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("amqp" or "amqps"))
            return null;
        try
        {
            return new(address, new ConnectionFactory { Uri = address }.VirtualHost);
        }
        catch (ArgumentException)
        {
            // The client's own message would repeat the credentials.
            return null;
        }
    }

    public ConnectionFactory CreateFactory(string connectionName, TimeSpan answerTimeout) => new()
    {
        Uri = _address,
        ClientProvidedName = connectionName,
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = answerTimeout,
        HandshakeContinuationTimeout = answerTimeout,
        ContinuationTimeout = answerTimeout,
    };

    /// <summary>Where the management API answers, with credentials: the given address, or the usual port of the same host.</summary>
    public Uri ManagementAddress(Uri? given)
    {
        bool secure = _address.Scheme == "amqps";
        string user = given?.UserInfo is { Length: > 0 } own ? own : _address.UserInfo is { Length: > 0 } brokers ? brokers : "guest:guest";
        var address = given is not null
            ? new UriBuilder(given)
            : new UriBuilder(secure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, _address.Host, secure ? 15671 : 15672);
        string[] parts = user.Split(':', 2);
        address.UserName = parts[0];
        address.Password = parts.Length > 1 ? parts[1] : "";
        if (!address.Path.EndsWith('/'))
            address.Path += "/";
        return address.Uri;
    }

    public override string ToString() => new UriBuilder(_address) { UserName = "", Password = "" }.Uri.ToString();
}
