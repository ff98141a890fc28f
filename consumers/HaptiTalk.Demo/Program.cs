using System.CommandLine;
using HaptiTalk.Demo;

const int badArguments = 2;

ParseResult arguments = DemoCommand.Create(DemoRun.RunAsync).Parse(args);
int exitCode = await arguments.InvokeAsync();
return arguments.Errors.Count > 0 ? badArguments : exitCode;
