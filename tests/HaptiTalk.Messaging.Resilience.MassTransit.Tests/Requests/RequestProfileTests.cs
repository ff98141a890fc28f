using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Which profile a request runs under.</summary>
public sealed class RequestProfileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_MessageWithAttribute_RunsUnderIt()
    {
        await using TestBus bus = await StartAsync();

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        ServicesOf(bus).ShouldBe(["user"]);
    }

    [Fact]
    public async Task GetResponse_MessageNamedInConfiguration_RunsUnderThat()
    {
        await using TestBus bus = await StartAsync(("Resilience:Messages:Unassigned", "session"));

        await bus.Client<Unassigned>().GetResponse<Answer>(new Unassigned("x"), Token);

        ServicesOf(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task GetResponse_MessageNamedWithItsNamespace_RunsUnderThat()
    {
        await using TestBus bus = await StartAsync(("Resilience:Messages:HaptiTalk.Messaging.Resilience.Tests.Unassigned", "report"));

        await bus.Client<Unassigned>().GetResponse<Answer>(new Unassigned("x"), Token);

        ServicesOf(bus).ShouldBe(["report"]);
    }

    [Fact]
    public async Task GetResponse_AttributeAndConfiguration_ConfigurationWins()
    {
        await using TestBus bus = await StartAsync(("Resilience:Messages:Ask", "report"));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        ServicesOf(bus).ShouldBe(["report"]);
    }

    [Fact]
    public async Task GetResponse_MessageOfNoService_RunsUnderTheDefaults()
    {
        await using TestBus bus = await StartAsync();

        await bus.Client<Unassigned>().GetResponse<Answer>(new Unassigned("x"), Token);

        ServicesOf(bus).ShouldBe(["default"]);
        bus.Measured.Sum("executions", ("service", "default"), ("operation", "unassigned")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_ProcessHasAServiceOfItsOwn_TargetsProfileStillApplies()
    {
        await using TestBus bus = await StartAsync(("Resilience:Service", "report"));

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        ServicesOf(bus).ShouldBe(["user"]);
    }

    private static IEnumerable<string> ServicesOf(TestBus bus) =>
        bus.Resilience.GetSnapshot().Where(snapshot => snapshot.Side == ResilienceSide.Client).Select(snapshot => snapshot.Service);

    private static Task<TestBus> StartAsync(params (string Key, string Value)[] settings) => TestBus.StartAsync(
        static _ => { },
        static (_, memory) => memory.ReceiveEndpoint("ask", static endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Unassigned>(static context => context.RespondAsync(new Answer("x")));
        }),
        settings: settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value, StringComparer.Ordinal),
        protectConsumers: false);
}
