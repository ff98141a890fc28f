using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The host's own settings, with a way to connect that waits for the broker: MassTransit puts off each try after a failed one, in
/// the end by half a minute. A heartbeat nobody has chosen is shortened, so that a dead connection is noticed.
/// </summary>
internal sealed class PatientHostSettings(RabbitMqHostSettings inner, ConnectGate gate) : RabbitMqHostSettings
{
    private readonly TrialNodes? _nodes = inner.EndpointResolver is { } resolver ? new(resolver) : null;

    // The client's own, of a minute, notices a network that swallows everything after two.
    private static readonly TimeSpan ShortHeartbeat = TimeSpan.FromSeconds(10);

    public string Host => inner.Host;

    public int Port => inner.Port;

    public string VirtualHost => inner.VirtualHost;

    public string Username => inner.Username;

    public string Password => inner.Password;

    public TimeSpan Heartbeat => inner.Heartbeat == TimeSpan.Zero ? ShortHeartbeat : inner.Heartbeat;

    public bool Ssl => inner.Ssl;

    public SslProtocols SslProtocol => inner.SslProtocol;

    public string SslServerName => inner.SslServerName;

    public SslPolicyErrors AcceptablePolicyErrors => inner.AcceptablePolicyErrors;

    public string ClientCertificatePath => inner.ClientCertificatePath;

    public string ClientCertificatePassphrase => inner.ClientCertificatePassphrase;

    public X509Certificate ClientCertificate => inner.ClientCertificate;

    public bool UseClientCertificateAsAuthenticationIdentity => inner.UseClientCertificateAsAuthenticationIdentity;

    public LocalCertificateSelectionCallback CertificateSelectionCallback
    {
        get => inner.CertificateSelectionCallback;
        set => inner.CertificateSelectionCallback = value;
    }

    public RemoteCertificateValidationCallback CertificateValidationCallback
    {
        get => inner.CertificateValidationCallback;
        set => inner.CertificateValidationCallback = value;
    }

    public IRabbitMqEndpointResolver EndpointResolver => _nodes!;

    public string ClientProvidedName => inner.ClientProvidedName;

    public Uri HostAddress => inner.HostAddress;

    public bool PublisherConfirmation => inner.PublisherConfirmation;

    public ushort RequestedChannelMax => inner.RequestedChannelMax;

    public TimeSpan RequestedConnectionTimeout => inner.RequestedConnectionTimeout;

    public BatchSettings BatchSettings => inner.BatchSettings;

    public TimeSpan ContinuationTimeout => inner.ContinuationTimeout;

    public uint? MaxMessageSize => inner.MaxMessageSize;

    public ICredentialsProvider CredentialsProvider => inner.CredentialsProvider;

    public uint? RequestedFrameMax => inner.RequestedFrameMax;

    /// <summary>MassTransit calls this before each try to connect: it ends when the try can succeed.</summary>
    public Task Refresh(ConnectionFactory connectionFactory) => gate.WaitAsync(inner, _nodes, connectionFactory);
}
