using System.Diagnostics.CodeAnalysis;

namespace HaptiTalk.Hosting;

/// <summary>Where RabbitMQ is and as whom to sign in. It can be printed and logged: its text never shows the password.</summary>
public sealed record BrokerAddress
{
    /// <summary>What an address looks like.</summary>
    public const string Form = "amqp://user:password@host:port/vhost";

    private const int DefaultPort = 5672;
    private const int DefaultTlsPort = 5671;

    private BrokerAddress()
    {
    }

    /// <summary>The broker's host name or IP address.</summary>
    public required string Host { get; init; }

    /// <summary>The broker's port; without one in the address 5672, or 5671 with TLS.</summary>
    public required ushort Port { get; init; }

    /// <summary>The virtual host, <c>/</c> unless the address names one.</summary>
    public required string VirtualHost { get; init; }

    /// <summary>The user to sign in as.</summary>
    public required string UserName { get; init; }

    /// <summary>The user's password.</summary>
    public required string Password { get; init; }

    /// <summary>Whether the address began with <c>amqps</c>.</summary>
    public required bool UseTls { get; init; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is not one. The message says what is wrong, and never repeats the text: a password may be in it.</exception>
    public static BrokerAddress Parse(string text) =>
        TryParse(text, out BrokerAddress? address, out string? error) ? address : throw new FormatException(error);

    /// <summary>Reads an address, or says what is wrong with it without repeating it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrokerAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
            error = "it is not an absolute URI with a port from 1 to 65535 (characters such as '@', '/' or '#' in a password must be percent-encoded)";
        else
            error = ErrorOf(uri);
        if (error is not null || uri is null)
        {
            error = $"The broker address is malformed: {error}. Expected {Form}.";
            return false;
        }

        bool tls = uri.Scheme == "amqps";
        string[] credentials = uri.UserInfo.Split(':', 2);
        address = new BrokerAddress
        {
            Host = uri.Host,
            Port = (ushort)(uri.Port > 0 ? uri.Port : tls ? DefaultTlsPort : DefaultPort),
            VirtualHost = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : "/",
            UserName = Uri.UnescapeDataString(credentials[0]),
            Password = Uri.UnescapeDataString(credentials[1]),
            UseTls = tls,
        };
        return true;
    }

    /// <summary>The whole address, with the password: for those that connect, not to be printed.</summary>
    public Uri ToUri() => new(
        $"{(UseTls ? "amqps" : "amqp")}://{Uri.EscapeDataString(UserName)}:{Uri.EscapeDataString(Password)}@{Host}:{Port}/{Uri.EscapeDataString(VirtualHost)}");

    /// <summary>The address without the password.</summary>
    public override string ToString() =>
        $"{(UseTls ? "amqps" : "amqp")}://{Uri.EscapeDataString(UserName)}@{Host}:{Port}/{(VirtualHost == "/" ? "" : Uri.EscapeDataString(VirtualHost))}";

    private static string? ErrorOf(Uri uri)
    {
        string[] credentials = uri.UserInfo.Split(':', 2);
        return uri switch
        {
            { Scheme: not ("amqp" or "amqps") } => "it must begin with amqp:// or amqps://",
            { Host: "" } => "the host is missing",
            { Port: 0 } => "the port must be from 1 to 65535",
            _ when credentials is not [{ Length: > 0 }, { Length: > 0 }] => "user and password are missing",
            _ when uri.AbsolutePath.LastIndexOf('/') > 0 => "the virtual host must not contain '/' (write %2F)",
            _ when uri.Query.Length > 0 || uri.Fragment.Length > 0 => "nothing may follow the virtual host",
            _ => null,
        };
    }
}
