using System.CommandLine;
using HaptiTalk.Hosting;

namespace HaptiTalk.Demo;

/// <summary>The command line.</summary>
internal static class DemoCommand
{
    public static RootCommand Create(Func<DemoOptions, CancellationToken, Task<int>> run)
    {
        var broker = new Option<BrokerAddress?>("--broker")
        {
            Description = "Run on this RabbitMQ instead of in memory. Best a virtual host of its own: the demo's queues stay there.",
            HelpName = BrokerAddress.Form,
            CustomParser = result =>
            {
                if (BrokerAddress.TryParse(result.Tokens[0].Value, out BrokerAddress? address, out string? error))
                    return address;
                result.AddError(error);
                return null;
            },
        };
        var once = new Option<bool>("--once")
        {
            Description = "End with 0 when every expectation of the story held, and with 1 when one did not.",
        };
        var serve = new Option<bool>("--serve")
        {
            Description = "Go on after the story, with the web endpoints on a printed address, until Ctrl+C.",
        };

        var command = new RootCommand("Six HaptiTalk services call each other through an outage: first without the framework, then with it.")
        {
            broker,
            once,
            serve,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(once) && result.GetValue(serve))
                result.AddError("--once ends after the story and --serve goes on: give one of them.");
        });
        command.SetAction((parsed, cancellationToken) =>
            run(new(parsed.GetValue(broker), parsed.GetValue(once), parsed.GetValue(serve)), cancellationToken));
        return command;
    }
}
