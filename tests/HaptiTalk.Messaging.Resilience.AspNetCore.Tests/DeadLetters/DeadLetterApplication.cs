using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A host that shows the dead letters of a broker.</summary>
internal sealed class DeadLetterApplication(BrokerWithDeadLetters broker, TestApplication application) : IAsyncDisposable
{
    public const string Root = "/resilience/dead-letters";

    public BrokerWithDeadLetters Broker => broker;

    public TestApplication Application => application;

    public RecordedLog Log { get; private init; } = new();

    public static async Task<DeadLetterApplication> StartAsync(
        BrokerFixture fixture,
        Action<MessagingResilienceEndpointOptions>? configure = null,
        bool isDevelopment = true,
        Action<IServiceCollection>? more = null,
        Func<DeadLetterOptions, DeadLetterOptions>? options = null)
    {
        BrokerWithDeadLetters broker = await BrokerWithDeadLetters.CreateAsync(fixture);
        var log = new RecordedLog();
        TestApplication application = await TestApplication.StartAsync(
            services =>
            {
                services.AddRabbitMqDeadLetters(options?.Invoke(broker.Options) ?? broker.Options).AddLogging(logging => logging.AddProvider(log));
                TestAuthentication.AddTo(services).Services.AddAuthorizationBuilder()
                    .AddPolicy(MessagingResilienceEndpointOptions.DefaultControlPolicy, rules => rules.RequireRole("operator"));
                more?.Invoke(services);
            },
            web => web.MapMessagingResilience(configure ?? (_ => { })),
            isDevelopment ? Environments.Development : "Testing");
        return new(broker, application) { Log = log };
    }

    /// <summary>A name as it is written into an address.</summary>
    public static string Name(string name) =>
        name is "." or ".." or "replays" ? $"%25{(int)name[0]:X2}{name[1..]}" : Uri.EscapeDataString(Uri.EscapeDataString(name));

    public Task<Answer> GetAsync(string path, params (string, string)[] headers) => application.SendAsync(HttpMethod.Get, $"{Root}{path}", json: null, headers);

    public Task<Answer> PostAsync(string path, string json, params (string, string)[] headers) =>
        application.SendAsync(HttpMethod.Post, $"{Root}{path}", json, headers);

    /// <summary>Begins a replay and says what it is called.</summary>
    public async Task<string> ReplayAsync(string queue, string json = "{}")
    {
        Answer answer = await PostAsync($"/{Name(queue)}/replays", json);
        answer.Status.ShouldBe(System.Net.HttpStatusCode.Accepted, answer.Body);
        string id = answer.Json["id"]!.GetValue<string>();
        answer.Headers["Location"].ShouldBe($"../replays/{id}");
        return id;
    }

    /// <summary>Asks for a replay until it is as the test wants it.</summary>
    public async Task<Answer> UntilAsync(string id, Func<Answer, bool> isWanted)
    {
        Answer answer = null!;
        await Condition.BecomesTrueAsync(async () => isWanted(answer = (await GetAsync($"/replays/{id}")).ShouldBeOk()));
        return answer;
    }

    public Task<Answer> EndAsync(string id) => UntilAsync(id, answer => answer.Json["state"]!.GetValue<string>() is "ended" or "failed");

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        await broker.DisposeAsync();
    }
}
