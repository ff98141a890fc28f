using HaptiTalk.Messaging.Resilience.Tool;

return await new CommandLine(Console.Out, Console.Error, Environment.GetEnvironmentVariable(BrokerOption.Variable))
    .RunAsync(args)
    .ConfigureAwait(false);
