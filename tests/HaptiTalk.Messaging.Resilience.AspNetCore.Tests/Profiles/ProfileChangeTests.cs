using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ProfileChangeTests
{
    [Fact]
    public async Task Put_ValidChange_IsInForceAndDescribed()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PutAsync(application, "/resilience/profiles/USER", """{ "Retry:MaxRetries": 1, "Timeout:DefaultTimeout": "00:00:02" }""");

        answer.ShouldBeOk();
        answer.Json["service"]!.GetValue<string>().ShouldBe("user");
        answer.Json["revision"]!.GetValue<long>().ShouldBe(2);
        SettingOf(answer, "Retry:MaxRetries").ShouldBe("""{"key":"Retry:MaxRetries","value":"1","origin":"override:Retry:MaxRetries"}""");
        ServiceProfile user = application.Resilience.Describe("user").Profile;
        (user.Retry.MaxRetries, user.Timeout.DefaultTimeout).ShouldBe((1, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task Put_OneOperation_ChangesThatOneAlone()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PutAsync(application, "/resilience/profiles/auth?operation=REPEATED", """{ "Retry:MaxRetries": "7" }""");

        answer.ShouldBeOk().Json["operation"]!.GetValue<string>().ShouldBe("repeated");
        application.Resilience.Describe("auth", "repeated").Profile.Retry.MaxRetries.ShouldBe(7);
        application.Resilience.Describe("auth").Profile.Retry.MaxRetries.ShouldBe(0);
    }

    [Fact]
    public async Task Put_DryRun_DescribesAndChangesNothing()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PutAsync(application, "/resilience/profiles/user?dryRun=true", """{ "Retry:MaxRetries": 1 }""");

        answer.ShouldBeOk().Json["revision"]!.GetValue<long>().ShouldBe(2);
        SettingOf(answer, "Retry:MaxRetries").ShouldContain("override:");
        ShouldBeUntouched(application);
    }

    [Fact]
    public async Task Put_SeveralMistakes_ListsAllOfThemByKeyAndChangesNothing()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PutAsync(
            application,
            "/resilience/profiles/user?dryRun=perhaps",
            """
            {
              "Retry:MaxRetries": "many",
              "Retry:MaxRetris": 1,
              "Timeout:DefaultTimeout": 5000,
              "Bulkhead": { "MaxConcurrentCalls": 3 },
              "Retry:Handle": ["System.Exception"],
              "Retry:InitialDelay": null,
              "Retry:JitterFactor": true,
              "Operations:getUserProfile:Retry:MaxRetries": 1,
              "CircuitBreaker:FailureThreshold": 0,
              "circuitbreaker:failurethreshold": 4
            }
            """);

        answer.ShouldBeProblem(HttpStatusCode.BadRequest);
        IReadOnlyDictionary<string, string> errors = answer.Errors;
        errors.Keys.ShouldBe(
            [
                "dryRun", "Retry:MaxRetries", "Retry:MaxRetris", "Timeout:DefaultTimeout", "Bulkhead", "Retry:Handle", "Retry:InitialDelay",
                "Retry:JitterFactor", "Operations:getUserProfile:Retry:MaxRetries", "CircuitBreaker:FailureThreshold", "circuitbreaker:failurethreshold",
            ],
            ignoreOrder: true);
        errors["Retry:MaxRetries"].ShouldBe("is not a whole number; allowed: 0 to 100.");
        errors["Retry:MaxRetris"].ShouldContain("Did you mean 'Retry:MaxRetries'?");
        errors["Timeout:DefaultTimeout"].ShouldContain("is not a duration such as 00:00:05");
        errors["Bulkhead"].ShouldBe("is an object; a text or a number is expected. Keys are flat: \"Retry:MaxRetries\".");
        errors["Retry:InitialDelay"].ShouldContain("DELETE");
        errors["CircuitBreaker:FailureThreshold"].ShouldContain("is out of range");
        errors["circuitbreaker:failurethreshold"].ShouldBe("is there more than once.");
        ShouldBeUntouched(application);
    }

    [Fact]
    public async Task Put_AgainstAConfiguredValue_NamesTheSettingThatDoesNotFit()
    {
        await using TestApplication application = await StartAsync([new("Resilience:Profiles:user:Timeout:AttemptTimeout", "00:00:02")]);

        Answer answer = await PutAsync(application, "/resilience/profiles/user", """{ "Timeout:DefaultTimeout": "00:00:01" }""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(["Timeout:AttemptTimeout"]);
        ShouldBeUntouched(application);
    }

    [Fact]
    public async Task Put_MistakeInAnOperation_IsNamedAsItWasWritten()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await PutAsync(application, "/resilience/profiles/auth?operation=repeated", """{ "Retry:MaxRetries": -1 }""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest).Errors.Keys.ShouldBe(["Retry:MaxRetries"]);
        ShouldBeUntouched(application);
    }

    [Theory]
    [InlineData("", "has no setting. Write for example { \"Retry:MaxRetries\": 1 }.")]
    [InlineData("{}", "has no setting. Write for example { \"Retry:MaxRetries\": 1 }.")]
    [InlineData("{ \"Retry:MaxRetries\": 1,\n }", "is not valid JSON: line 2, byte 2.")]
    [InlineData("[1]", "is an array; a JSON object is expected.")]
    [InlineData("null", "is null; a JSON object is expected.")]
    [InlineData("{ \"Retry:MaxRetries\": \"\\ud800\" }", "has a text with a character that does not exist.")]
    public async Task Put_BodyThatIsNoChange_SaysWhatIsWrongWithIt(string body, string problem)
    {
        await using TestApplication application = await StartAsync();

        (await PutAsync(application, "/resilience/profiles/user", body)).ShouldBeProblem(HttpStatusCode.BadRequest).Errors["body"].ShouldBe(problem);
        ShouldBeUntouched(application);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_HugeBody_IsRefused(bool isChunked)
    {
        await using TestApplication application = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/resilience/profiles/user")
        {
            Content = new StringContent($$"""{ "Retry:MaxRetries": "{{new string('1', 200_000)}}" }""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        using HttpResponseMessage response = await application.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await Answer.ReadAsync(response)).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge).Detail.ShouldContain("16 KiB");
        ShouldBeUntouched(application);
    }

    [Theory]
    [InlineData("/resilience/profiles/nobody", "There is no profile 'nobody'. Known: auth, ")]
    [InlineData("/resilience/profiles/auth?operation=nothing", "'auth' has no operation 'nothing'. Known: impatient, repeated.")]
    public async Task Put_UnknownName_SaysWhatThereIs(string path, string detail)
    {
        await using TestApplication application = await StartAsync();

        (await PutAsync(application, path, """{ "Retry:MaxRetries": 1 }""")).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldStartWith(detail);
        ShouldBeUntouched(application);
    }

    [Fact]
    public async Task Put_WhileAWrongConfigurationIsPending_LiesOverTheLastGoodOne()
    {
        await using TestApplication application = await StartAsync();
        var configuration = (IConfigurationRoot)application.Services.GetRequiredService<IConfiguration>();
        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "many";
        configuration.Reload();

        Answer answer = await PutAsync(application, "/resilience/profiles/user", """{ "Retry:MaxRetries": 1 }""");

        answer.ShouldBeOk();
        application.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(1);
        application.Resilience.Describe("user").PendingProblems.ShouldHaveSingleItem().Path.ShouldBe("Resilience:Profiles:auth:Retry:MaxRetries");
    }

    [Fact]
    public async Task Delete_OneKey_TakesThatOneBack()
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/user", """{ "Retry:MaxRetries": 1, "Bulkhead:QueueCapacity": 7 }""");

        Answer answer = await DeleteAsync(application, "/resilience/profiles/user/overrides?key=retry:maxretries");

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        ServiceProfile user = application.Resilience.Describe("user").Profile;
        (user.Retry.MaxRetries, user.Bulkhead.QueueCapacity).ShouldBe((5, 7));
    }

    [Fact]
    public async Task Delete_All_TakesThoseOfItsOperationsBackToo()
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/auth", """{ "Bulkhead:QueueCapacity": 7 }""");
        await PutAsync(application, "/resilience/profiles/auth?operation=repeated", """{ "Retry:MaxRetries": 9 }""");

        (await DeleteAsync(application, "/resilience/profiles/auth/overrides")).Status.ShouldBe(HttpStatusCode.NoContent);

        application.Resilience.Describe("auth").Profile.Bulkhead.QueueCapacity.ShouldBe(2);
        application.Resilience.Describe("auth", "repeated").Profile.Retry.MaxRetries.ShouldBe(2);
    }

    [Fact]
    public async Task Delete_AllOfAnOperation_LeavesTheServicesOwn()
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/auth", """{ "Bulkhead:QueueCapacity": 7 }""");
        await PutAsync(application, "/resilience/profiles/auth?operation=repeated", """{ "Retry:MaxRetries": 9, "Retry:JitterFactor": 0.5 }""");

        (await DeleteAsync(application, "/resilience/profiles/auth/overrides?operation=repeated")).Status.ShouldBe(HttpStatusCode.NoContent);

        application.Resilience.Describe("auth", "repeated").Profile.Retry.MaxRetries.ShouldBe(2);
        application.Resilience.Describe("auth").Profile.Bulkhead.QueueCapacity.ShouldBe(7);
    }

    [Fact]
    public async Task Delete_WhileAWrongConfigurationIsPending_IsTheLastGoodOneAgain()
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/user", """{ "Retry:MaxRetries": 1 }""");
        var configuration = (IConfigurationRoot)application.Services.GetRequiredService<IConfiguration>();
        configuration["Resilience:Profiles:auth:Retry:MaxRetries"] = "many";
        configuration.Reload();

        Answer answer = await DeleteAsync(application, "/resilience/profiles/user/overrides");

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        application.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(5);
        application.Resilience.Describe("user").PendingProblems.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Delete_OneThatAnotherDependsOn_IsAConflictThatNamesTheOther()
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/user", """{ "Timeout:DefaultTimeout": "00:00:20", "Timeout:AttemptTimeout": "00:00:15" }""");

        Answer answer = await DeleteAsync(application, "/resilience/profiles/user/overrides?key=Timeout:DefaultTimeout");

        answer.ShouldBeProblem(HttpStatusCode.Conflict).Errors.Keys.ShouldBe(["Timeout:AttemptTimeout"]);
        answer.Detail.ShouldStartWith("The other overrides are not valid without it");
        application.Resilience.Describe("user").Profile.Timeout.DefaultTimeout.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("PUT", "/resilience/profiles/user?reason=")]
    [InlineData("DELETE", "/resilience/profiles/user/overrides?reason=")]
    public async Task Write_ReasonTooLong_SaysHowLongItMayBe(string method, string path)
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await application.SendAsync(new(method), path + new string('x', 501), """{ "Retry:MaxRetries": 1 }""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest).Errors["reason"].ShouldBe("is 501 characters long; allowed: 500.");
        ShouldBeUntouched(application);
    }

    [Theory]
    [InlineData("/resilience/profiles/auth/overrides?key=Retry:MaxRetries", "That is not changed by hand. Of 'auth' are: Bulkhead:QueueCapacity.")]
    [InlineData("/resilience/profiles/user/overrides", "Nothing of 'user' is changed by hand.")]
    [InlineData("/resilience/profiles/nobody/overrides", "There is no profile 'nobody'.")]
    public async Task Delete_NothingThere_SaysWhatThereIs(string path, string detail)
    {
        await using TestApplication application = await StartAsync();
        await PutAsync(application, "/resilience/profiles/auth", """{ "Bulkhead:QueueCapacity": 7 }""");

        (await DeleteAsync(application, path)).ShouldBeProblem(HttpStatusCode.NotFound).Detail.ShouldStartWith(detail);
        application.Resilience.Describe("auth").Profile.Bulkhead.QueueCapacity.ShouldBe(7);
    }

    private static Task<TestApplication> StartAsync(KeyValuePair<string, string?>[]? settings = null) =>
        TestApplication.StartAsync(environment: Environments.Development, settings: settings);

    private static Task<Answer> PutAsync(TestApplication application, string path, string json) => application.SendAsync(HttpMethod.Put, path, json);

    private static Task<Answer> DeleteAsync(TestApplication application, string path) => application.SendAsync(HttpMethod.Delete, path);

    private static void ShouldBeUntouched(TestApplication application)
    {
        application.Resilience.Describe("user").Revision.ShouldBe(1);
        application.Services.GetRequiredService<IResilienceControl>().History.ShouldBeEmpty();
    }

    private static string SettingOf(Answer answer, string key) =>
        answer.Json["settings"]!.AsArray().Single(setting => setting!["key"]!.GetValue<string>() == key)!.ToJsonString();
}
