using System.CommandLine;
using System.CommandLine.Parsing;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary><c>--broker</c>, or the environment. Nothing it reports repeats the address, which holds a password.</summary>
internal sealed class BrokerOption : Option<BrokerAddress>
{
    public const string Variable = "HAPTITALK_BROKER";

    public BrokerOption(string? defaultBroker)
        : base("--broker")
    {
        Description = $"Where AMQP answers: amqp://user:password@host:port/vhost. Without it: {Variable} of the environment.";
        HelpName = "address";
        CustomParser = result => Read(result.Tokens.Single().Value, "--broker", result);
        // An error ends the run before anybody asks for the value.
        DefaultValueFactory = result => Read(defaultBroker, Variable, result)!;
    }

    private static BrokerAddress? Read(string? text, string source, ArgumentResult result)
    {
        if (string.IsNullOrEmpty(text))
            result.AddError($"No broker: give --broker or set {Variable} to amqp://user:password@host:port/vhost.");
        else if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && BrokerAddress.TryFrom(address) is { } broker)
            return broker;
        else
            result.AddError($"{source} is not a broker's address; one looks like amqp://user:password@host:port/vhost (or amqps://).");
        return null;
    }
}
