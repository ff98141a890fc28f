using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class BreakerEndpointTests
{
    [Fact]
    public async Task Post_Isolate_IsolatesAndAnswersTheRowsOfThatService()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        await application.OpenReportAsync();

        Answer answer = await PostAsync(application, "/resilience/breakers/AUTH/isolate");

        JsonNode row = answer.ShouldBeOk().Json.AsArray().ShouldHaveSingleItem()!;
        (row["service"]!.GetValue<string>(), row["state"]!.GetValue<string>()).ShouldBe(("auth", "ISOLATED"));
        await Should.ThrowAsync<CircuitOpenRejectedException>(application.SucceedAsync());
    }

    [Fact]
    public async Task Post_Disable_LetsEverythingThroughForTheTime()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();

        Answer answer = await PostAsync(application, "/resilience/breakers/report/disable?side=local", """{ "duration": "00:15:00", "reason": "poison" }""");

        JsonNode circuit = answer.ShouldBeOk().Json[0]!["circuits"]!.AsArray().ShouldHaveSingleItem()!;
        ControlChange change = HistoryOf(application).ShouldHaveSingleItem();
        (answer.Json[0]!["state"]!.GetValue<string>(), circuit["state"]!.GetValue<string>()).ShouldBe(("DISABLED", "DISABLED"));
        circuit["disabledUntil"]!.GetValue<DateTimeOffset>().ShouldBe(change.At + TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1));
        (change.What, change.Before, change.After, change.Reason).ShouldBe(("disable", "local Open", "local Disabled", "poison"));
    }

    [Theory]
    [InlineData(null, "duration", "is needed: a text such as 00:15:00 (hours:minutes:seconds).")]
    [InlineData("""{ "duration": 900 }""", "duration", "is a number; a text is expected. | is needed: a text such as 00:15:00 (hours:minutes:seconds).")]
    [InlineData("""{ "duration": "soon" }""", "duration", "'soon' is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:01 to 1.00:00:00.")]
    [InlineData("""{ "duration": "00:00:00" }""", "duration", "'00:00:00' is out of range; allowed: 00:00:01 to 1.00:00:00.")]
    [InlineData("""{ "duration": "2.00:00:00" }""", "duration", "'2.00:00:00' is out of range; allowed: 00:00:01 to 1.00:00:00.")]
    [InlineData("""{ "duration": "00:15:00", "reason": "two\nlines" }""", "reason", "has a line break or another character that cannot be seen; one line is allowed.")]
    [InlineData("""{ "duration": "00:15:00", "until": "noon" }""", "until", "is not known here. Known: duration, reason.")]
    public async Task Post_DisableWithAWrongBody_NamesTheFieldAndWhatIsAllowed(string? body, string field, string problem)
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, "/resilience/breakers/auth/disable", body)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors[field].ShouldBe(problem);
        HistoryOf(application).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_Close_ClosesAnOpenBreaker()
    {
        await using TestApplication application = await StartAsync();
        await application.OpenReportAsync();

        (await PostAsync(application, "/resilience/breakers/report/close?side=local")).ShouldBeOk().Json[0]!["state"]!.GetValue<string>().ShouldBe("CLOSED");
    }

    [Fact]
    public async Task Post_CloseOfAServiceThatIsOnlyIsolated_ClosesIt()
    {
        await using TestApplication application = await StartAsync();
        application.Services.GetRequiredService<IResilienceControl>().Isolate(new("billing"), "test");

        (await PostAsync(application, "/resilience/breakers/billing/close")).ShouldBeOk().Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_Reset_EndsAnIsolation()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        await PostAsync(application, "/resilience/breakers/auth/isolate");

        (await PostAsync(application, "/resilience/breakers/auth/reset")).ShouldBeOk();

        await application.SucceedAsync();
        HistoryOf(application).Select(change => change.What).ShouldBe(["isolate", "reset"]);
    }

    [Fact]
    public async Task Post_OneSideOfAnother_LeavesThisOneAlone()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();

        (await PostAsync(application, "/resilience/breakers/auth/isolate?side=Client")).ShouldBeOk();

        await application.SucceedAsync();
        HistoryOf(application).ShouldHaveSingleItem().Target.ShouldBe("auth/client/all operations");
    }

    [Fact]
    public async Task Post_ServiceThatHasNotRunYet_HoldsForWhatComes()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PostAsync(application, "/resilience/breakers/auth/isolate?side=local");

        JsonNode row = answer.ShouldBeOk().Json.AsArray().ShouldHaveSingleItem()!;
        (row["side"]!.GetValue<string>(), row["state"]!.GetValue<string>()).ShouldBe(("local", "ISOLATED"));
        await Should.ThrowAsync<CircuitOpenRejectedException>(application.SucceedAsync());
    }

    [Fact]
    public async Task Post_OperationWithABreakerOfItsOwn_IsolatesThatOne()
    {
        await using TestApplication application = await StartAsync(KeyValuePair.Create("Resilience:Profiles:auth:Operations:alone:Scope", (string?)"Operation"));
        await application.SucceedAsync("alone");

        (await PostAsync(application, "/resilience/breakers/auth/isolate?operation=ALONE")).ShouldBeOk();

        await Should.ThrowAsync<CircuitOpenRejectedException>(application.SucceedAsync("alone"));
        await application.SucceedAsync("getUserProfile");
    }

    [Fact]
    public async Task Post_WithAReason_KeepsIt()
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, "/resilience/breakers/auth/isolate", """{ "reason": "the database moves" }""")).ShouldBeOk();

        HistoryOf(application).ShouldHaveSingleItem().Reason.ShouldBe("the database moves");
    }

    [Theory]
    [InlineData("?side=server", "side", "'server' is no side. Allowed: client, consumer, publisher, local.")]
    [InlineData("?side=0", "side", "'0' is no side. Allowed: client, consumer, publisher, local.")]
    [InlineData("?side=local&operation=repeated", "operation", "'repeated' has no circuit of its own: it shares the one of 'auth'. Leave it out, or set its Scope to Operation.")]
    public async Task Post_WrongTarget_NamesTheFieldAndWhatIsAllowed(string query, string field, string problem)
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, $"/resilience/breakers/auth/isolate{query}")).ShouldBeProblem(HttpStatusCode.BadRequest).Errors[field].ShouldBe(problem);
        HistoryOf(application).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/resilience/breakers/nobody/isolate", "There is no service 'nobody'. Known: auth, feedback, realtime, report, session, user.")]
    [InlineData("/resilience/breakers/auth/reset?operation=nothing", "'auth' has no operation 'nothing'. Known: impatient, repeated.")]
    public async Task Post_UnknownName_SaysWhatThereIs(string path, string detail)
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, path)).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldBe(detail);
        HistoryOf(application).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "reason": 5 }""", "reason", "is a number; a text is expected.")]
    [InlineData("""{ "reason": "two\nlines" }""", "reason", "has a line break or another character that cannot be seen; one line is allowed.")]
    [InlineData("""{ "because": "so" }""", "because", "is not known here. Known: reason.")]
    [InlineData("""{ "reason": """, "body", "is not valid JSON: line 1, byte 13.")]
    [InlineData("\"reason\"", "body", "is a text; a JSON object is expected.")]
    public async Task Post_WrongBody_NamesTheFieldAndWhatIsAllowed(string body, string field, string problem)
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, "/resilience/breakers/auth/isolate", body)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors[field].ShouldBe(problem);
        HistoryOf(application).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_ReasonTooLong_SaysHowLongItMayBe()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PostAsync(application, "/resilience/breakers/auth/isolate", $$"""{ "reason": "{{new string('x', 501)}}" }""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest).Errors["reason"].ShouldBe("is 501 characters long; allowed: 500.");
        HistoryOf(application).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_HugeBody_IsRefused()
    {
        await using TestApplication application = await StartAsync();

        (await PostAsync(application, "/resilience/breakers/auth/isolate", $$"""{ "reason": "{{new string('x', 50_000)}}" }"""))
            .ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge);
        HistoryOf(application).ShouldBeEmpty();
    }

    private static Task<TestApplication> StartAsync(params KeyValuePair<string, string?>[] settings) =>
        TestApplication.StartAsync(environment: Environments.Development, settings: settings);

    private static Task<Answer> PostAsync(TestApplication application, string path, string? json = null) =>
        application.SendAsync(HttpMethod.Post, path, json);

    private static IReadOnlyList<ControlChange> HistoryOf(TestApplication application) => application.Services.GetRequiredService<IResilienceControl>().History;
}
