using HaptiTalk.Demo;

return await DemoCommand.Create(DemoRun.RunAsync).Parse(args).InvokeAsync();
