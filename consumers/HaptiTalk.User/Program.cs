using HaptiTalk.Hosting;
using HaptiTalk.User;

return await ServiceHost.RunAsync(args, new UserModule());
