using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Which broker: options of every command that asks one.</summary>
internal sealed class ConnectionOptions
{
    public Option<string?> Broker { get; } = new("--broker")
    {
        Description = $"Where AMQP answers: {ConnectionChoice.Form}. "
            + $"Otherwise --settings, {ConnectionChoice.BrokerVariable} or {SettingsFile.Default} say it.",
        HelpName = "address",
    };

    public Option<string?> Management { get; } = new("--management")
    {
        Description = $"Where the management API answers. Otherwise the settings or {ConnectionChoice.ManagementVariable} say it, "
            + "or it is the broker's host, port 15672 (15671 for amqps).",
        HelpName = "address",
    };

    public Option<bool> NoManagement { get; } = new("--no-management") { Description = "Leave the management API alone: only what AMQP tells." };

    public Option<string?> VirtualHost { get; } = new("--vhost") { Description = "The virtual host, instead of the address's.", HelpName = "name" };

    public Option<bool> PasswordFromInput { get; } = new("--password-stdin") { Description = "Read the password from the first line of the input." };

    public Option<string?> Settings { get; } = new("--settings")
    {
        Description = $"A file like {SettingsFile.Default} that says {string.Join(" or ", SettingsFile.BrokerKeys)}, "
            + $"and perhaps {SettingsFile.ManagementKey}.",
        HelpName = "file",
    };

    public Option<TimeSpan> Timeout { get; } = new ReadOption<TimeSpan>(
        "--timeout", "time", $"a time such as {Amounts.SpanForm}, above 0", TryAboveZero)
    {
        Description = "How long one answer of the broker may take.",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(10),
    };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Say which broker is asked and why that one, and what led to an error." };

    public void AddTo(Command command)
    {
        Option[] all = [Broker, Management, NoManagement, VirtualHost, PasswordFromInput, Settings, Timeout, Verbose];
        foreach (Option option in all)
        {
            option.Recursive = true;
            command.Add(option);
        }
    }

    private static bool TryAboveZero(string text, out TimeSpan span) => Amounts.TrySpan(text, out span) && span > TimeSpan.Zero;
}
