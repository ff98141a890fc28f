using HaptiTalk.Hosting;
using HaptiTalk.Realtime;

return await ServiceHost.RunAsync(args, new RealtimeModule());
