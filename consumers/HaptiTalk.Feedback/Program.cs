using HaptiTalk.Hosting;
using HaptiTalk.Feedback;

return await ServiceHost.RunAsync(args, new FeedbackModule());
