using System.Net;
using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ProfilesEndpointTests
{
    [Fact]
    public async Task Get_All_ListsEveryProfileByName()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        (await application.GetJsonAsync("/resilience/profiles")).AsArray().Select(profile => profile!["service"]!.GetValue<string>())
            .ShouldBe(["auth", "feedback", "realtime", "report", "session", "user"]);
    }

    [Fact]
    public async Task Get_One_TellsEachSettingWithItsOrigin()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        JsonNode profile = await application.GetJsonAsync("/resilience/profiles/AUTH");

        profile["service"]!.GetValue<string>().ShouldBe("auth");
        profile["revision"]!.GetValue<long>().ShouldBe(1);
        SettingOf(profile, "Retry:MaxRetries").ShouldBe("""{"key":"Retry:MaxRetries","value":"0","origin":"Resilience:Profiles:auth:Retry:MaxRetries"}""");
        SettingOf(profile, "Timeout:AttemptTimeout").ShouldBe("""{"key":"Timeout:AttemptTimeout","value":null,"origin":"default"}""");
    }

    [Fact]
    public async Task Get_One_ListsWhatItsOperationsHaveForThemselves()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        JsonNode impatient = (await application.GetJsonAsync("/resilience/profiles/auth"))["operations"]![0]!;

        impatient.ToJsonString().ShouldBe(
            """
            {"operation":"impatient","settings":[{"key":"Timeout:DefaultTimeout","value":"00:00:00.0100000",
            "origin":"Resilience:Profiles:auth:Operations:impatient:Timeout:DefaultTimeout"}]}
            """.ReplaceLineEndings(string.Empty));
    }

    [Fact]
    public async Task Get_OneOperation_TellsAllThatIsInForceForIt()
    {
        await using TestApplication application = await TestApplication.StartAsync();

        JsonNode repeated = await application.GetJsonAsync("/resilience/profiles/auth?operation=repeated");

        repeated["operation"]!.GetValue<string>().ShouldBe("repeated");
        SettingOf(repeated, "Retry:MaxRetries").ShouldContain("\"2\"");
        SettingOf(repeated, "Timeout:DefaultTimeout").ShouldContain("00:05:00");
        repeated["operations"].ShouldBeNull();
    }

    [Fact]
    public async Task Get_OperationThatHasOnlyRun_IsKnown()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await application.SucceedAsync("getUserProfile");

        (await application.GetJsonAsync("/resilience/profiles/auth?operation=getUserProfile"))["operation"]!.GetValue<string>().ShouldBe("getUserProfile");
    }

    [Theory]
    [InlineData("/resilience/profiles/nobody", "There is no profile 'nobody'. Known: auth, feedback, realtime, report, session, user.")]
    [InlineData("/resilience/profiles/auth?operation=nothing", "'auth' has no operation 'nothing'. Known: impatient, repeated.")]
    public async Task Get_UnknownName_IsAProblemThatSaysWhatThereIs(string path, string detail)
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using HttpResponseMessage response = await application.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["detail"]!.GetValue<string>().ShouldBe(detail);
    }

    private static string SettingOf(JsonNode profile, string key) =>
        profile["settings"]!.AsArray().Single(setting => setting!["key"]!.GetValue<string>() == key)!.ToJsonString();
}
