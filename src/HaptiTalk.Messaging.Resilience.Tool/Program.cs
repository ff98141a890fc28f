using HaptiTalk.Messaging.Resilience.Tool;

return await new CommandLine(ToolEnvironment.OfProcess()).RunAsync(args).ConfigureAwait(false);
