using HaptiTalk.Messaging.Resilience.Tool;

return await new CommandLine(Surroundings.OfProcess()).RunAsync(args).ConfigureAwait(false);
