using System.CommandLine;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Finds out which broker is meant.</summary>
internal sealed class ConnectionChoice(ConnectionOptions options, ToolEnvironment environment)
{
    public const string BrokerVariable = "HAPTITALK_BROKER";
    public const string ManagementVariable = "HAPTITALK_MANAGEMENT";
    public const string Form = "amqp://user:password@host:port/vhost";

    /// <summary>Takes the first of these that names a broker: the option, the named file, the environment variable, the default file.</summary>
    /// <exception cref="ConnectionException">No broker is named, or the address is wrong.</exception>
    public Connection Read(ParseResult parsed)
    {
        (string? named, string? defaults) = Files(parsed);
        (string? Broker, string? Management) settings = named is null ? default : Settings(named);
        Address? broker = First(
            (parsed.GetValue(options.Broker), "--broker"),
            (settings.Broker, named),
            (environment.Variable(BrokerVariable), BrokerVariable));
        if (broker is null && defaults is not null)
        {
            settings = Settings(defaults);
            broker = First((settings.Broker, defaults));
        }

        if (broker is not { } found)
        {
            throw new ConnectionException(named is null
                ? $"No broker: give --broker or set {BrokerVariable} to {Form}, "
                    + $"or write it as {string.Join(" or ", SettingsFile.BrokerKeys)} into {SettingsFile.Default}."
                : $"No broker: '{named}' has neither {string.Join(" nor ", SettingsFile.BrokerKeys)}.");
        }

        Address? management = First(
            (parsed.GetValue(options.Management), "--management"),
            (settings.Management, named ?? defaults),
            (environment.Variable(ManagementVariable), ManagementVariable));
        string? password = parsed.GetValue(options.PasswordFromInput) ? Password() : null;
        return Connect(parsed, found, management, password);
    }

    private Connection Connect(ParseResult parsed, Address broker, Address? management, string? password)
    {
        Uri address = Checked(broker, ["amqp", "amqps"], $"a broker's address; one looks like {Form} (or amqps://)");
        Uri? api = management is { } given
            ? Checked(given, ["http", "https"], "an address of a management API; one looks like http://host:15672 (or https://)")
            : null;
        UriBuilder completed = new(address);
        if (parsed.GetValue(options.VirtualHost) is { } virtualHost)
            completed.Path = Uri.EscapeDataString(virtualHost);
        if (password is not null)
        {
            if (completed.UserName.Length == 0)
                throw new ConnectionException($"--password-stdin needs a user in the address: amqp://user@host, which {broker.From} has not.");
            completed.Password = Uri.EscapeDataString(password);
        }

        DeadLetterOptions chosen = new()
        {
            Broker = completed.Uri,
            Management = api,
            UseManagement = !parsed.GetValue(options.NoManagement),
            AnswerTimeout = parsed.GetValue(options.Timeout),
        };
        try
        {
            return new(new RabbitMqDeadLetters(chosen, environment.Time), broker.From, management?.From)
            {
                Visible = [.. new[] { broker, management }.OfType<Address>().Where(static said => said.IsVisible).Select(static said => said.From)],
            };
        }
        catch (ArgumentException)
        {
            // The message of the client could repeat the address.
            throw new ConnectionException($"{broker.From} is not a broker's address; one looks like {Form} (or amqps://).");
        }
    }

    private static Uri Checked(Address address, string[] schemes, string form) =>
        Uri.TryCreate(address.Text, UriKind.Absolute, out Uri? uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal) && uri.Host.Length > 0
            ? uri
            : throw new ConnectionException($"{address.From} is not {form}.");

    private (string? Named, string? Default) Files(ParseResult parsed)
    {
        if (parsed.GetValue(options.Settings) is { } named)
            return (Path.Combine(environment.Folder, named), null);
        string usual = Path.Combine(environment.Folder, SettingsFile.Default);
        return (null, File.Exists(usual) ? usual : null);
    }

    private static (string? Broker, string? Management) Settings(string path)
    {
        try
        {
            return SettingsFile.Read(path);
        }
        catch (Exception unread) when (unread is IOException or FormatException)
        {
            throw new ConnectionException(unread.Message);
        }
    }

    // Byte by byte: a reader would take the lines of an import into its buffer.
    private string Password()
    {
        using Stream input = environment.OpenInput();
        List<byte> line = [];
        for (int next = input.ReadByte(); next >= 0 && next != '\n'; next = input.ReadByte())
            line.Add((byte)next);
        string password = Encoding.UTF8.GetString([.. line]).TrimStart('\uFEFF').TrimEnd('\r');
        return password.Length > 0 ? password : throw new ConnectionException("--password-stdin: the first line of the input is empty.");
    }

    private static Address? First(params ReadOnlySpan<(string? Text, string? From)> said)
    {
        foreach ((string? text, string? from) in said)
        {
            if (!string.IsNullOrWhiteSpace(text))
                return new(text, from!);
        }

        return null;
    }

    private readonly record struct Address(string Text, string From)
    {
        /// <summary>Whether it is an argument with a password in it.</summary>
        public bool IsVisible => From.StartsWith("--", StringComparison.Ordinal) && Secrets.Hide(Text) != Text;
    }
}

/// <summary>A broker, and who named it.</summary>
/// <param name="DeadLetters">Its dead letters.</param>
/// <param name="BrokerFrom">What named the broker.</param>
/// <param name="ManagementFrom">What named the management API; null where it follows from the broker.</param>
internal sealed record Connection(RabbitMqDeadLetters DeadLetters, string BrokerFrom, string? ManagementFrom)
{
    /// <summary>Options that hold a password.</summary>
    public IReadOnlyList<string> Visible { get; init; } = [];
}

/// <summary>The settings name no usable broker. The message repeats no address.</summary>
internal sealed class ConnectionException(string message) : Exception(message);
