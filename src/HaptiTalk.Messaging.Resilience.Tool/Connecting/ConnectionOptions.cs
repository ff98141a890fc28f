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
        Description = $"The address of the management API. Default: {ConnectionChoice.ManagementVariable}, the settings file, "
            + "or the broker's host with port 15672 (15671 for amqps).",
        HelpName = "address",
    };

    public Option<bool> NoManagement { get; } = new("--no-management") { Description = "Do not use the management API. Show only what AMQP tells." };

    public Option<string?> VirtualHost { get; } = new("--vhost") { Description = "The virtual host. Default: the one in the address.", HelpName = "name" };

    public Option<bool> PasswordFromInput { get; } = new("--password-stdin") { Description = "Read the password from the first line of the input." };

    public Option<string?> Settings { get; } = new("--settings")
    {
        Description = $"A file like {SettingsFile.Default} with {string.Join(" or ", SettingsFile.BrokerKeys)}, "
            + $"and optionally {SettingsFile.ManagementKey}.",
        HelpName = "file",
    };

    public Option<TimeSpan> Timeout { get; } = new ReadOption<TimeSpan>(
        "--timeout", "time", $"a time such as {Amounts.SpanForm}, above 0", TryAboveZero)
    {
        Description = "The longest time to wait for one answer of the broker.",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(10),
    };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show which broker is used and why, and the details of an error." };

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
