using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where a broker answers AMQP. Its text leaves the credentials out.</summary>
internal sealed class BrokerAddress
{
    private readonly Uri _address;

    private BrokerAddress(Uri address) => _address = address;

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
            BrokerAddress broker = new(address);
            broker.CreateFactory(DeadLetterInspector.DefaultPatience);
            return broker;
        }
        catch (ArgumentException)
        {
            // The client's own message would repeat the credentials.
            return null;
        }
    }

    public ConnectionFactory CreateFactory(TimeSpan patience) => new()
    {
        Uri = _address,
        ClientProvidedName = "haptitalk-dead-letters",
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = patience,
        HandshakeContinuationTimeout = patience,
        ContinuationTimeout = patience,
    };

    public override string ToString() => new UriBuilder(_address) { UserName = "", Password = "" }.Uri.ToString();
}
