using HaptiTalk.Hosting;
using HaptiTalk.Session;

return await ServiceHost.RunAsync(args, new SessionModule());
