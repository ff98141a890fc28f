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
            Description = "Run on this RabbitMQ broker instead of in memory. Use a separate virtual host: the demo leaves its queues there.",
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
            Description = "Exit after the story: with 0 if everything went as expected, otherwise with 1.",
        };
        var serve = new Option<bool>("--serve")
        {
            Description = "Keep running after the story until Ctrl+C. The web endpoints are at the printed address.",
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
                result.AddError("--once exits after the story and --serve keeps running: give only one of them.");
        });
        command.SetAction((parsed, cancellationToken) =>
            run(new(parsed.GetValue(broker), parsed.GetValue(once), parsed.GetValue(serve)), cancellationToken));
        return command;
    }
}
