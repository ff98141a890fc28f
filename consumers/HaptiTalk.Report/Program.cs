using HaptiTalk.Hosting;
using HaptiTalk.Report;

return await ServiceHost.RunAsync(args, new ReportModule());
