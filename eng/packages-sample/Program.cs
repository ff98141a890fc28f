// What eng/packages builds against the packed packages: one service that calls itself, and asks its own page what happened.
using HaptiTalk.Messaging.Resilience;
using MassTransit;
using Sample;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddInMemoryCollection([new("Resilience:Service", "user")]);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddMessagingResilience(builder.Configuration).AddPrometheus();
builder.Services.AddMassTransit(bus =>
{
    bus.AddConsumer<GreetConsumer>();
    bus.AddMessagingResilience();
    bus.UsingInMemory((context, memory) =>
    {
        memory.UseMessagingResilience(context);
        memory.ConfigureEndpoints(context);
    });
});

WebApplication app = builder.Build();
app.MapMessagingResilience();
app.MapPrometheusScrapingEndpoint();
await app.StartAsync();

using (IServiceScope scope = app.Services.CreateScope())
{
    Response<Greeting> reply = await scope.ServiceProvider.GetRequiredService<IRequestClient<Greet>>().GetResponse<Greeting>(new Greet("packages"));
    Console.WriteLine(reply.Message.Text);
}

using HttpClient http = new() { BaseAddress = new Uri(app.Urls.Single()) };
string metrics = await http.GetStringAsync(new Uri("resilience/metrics", UriKind.Relative));
string page = await http.GetStringAsync(new Uri("resilience", UriKind.Relative));
await app.StopAsync();
return metrics.Contains("\"user\"", StringComparison.Ordinal) && page.Contains("<html", StringComparison.Ordinal) ? 0 : 1;

namespace Sample
{
    [ServiceProfile("user")]
    internal sealed record Greet(string Name);

    internal sealed record Greeting(string Text);

    internal sealed class GreetConsumer : IConsumer<Greet>
    {
        public Task Consume(ConsumeContext<Greet> context) => context.RespondAsync(new Greeting($"Hello, {context.Message.Name}."));
    }
}
