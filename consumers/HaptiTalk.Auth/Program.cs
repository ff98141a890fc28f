using HaptiTalk.Hosting;
using HaptiTalk.Auth;

return await ServiceHost.RunAsync(args, new AuthModule());
