namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Names made of ids fill neither the memory nor the metrics.</summary>
public sealed class OperationLimitTests
{
    private const int Most = OperationLimit.MostPerService;

    [Fact]
    public async Task Execute_TenTimesAsManyOperationsAsAllowed_CountsTheRestTogetherAndWarnsOnce()
    {
        using TestResilience test = TestResilience.WithProfile();
        await RunAsync(test, Enumerable.Range(0, 10 * Most).Select(id => $"getUser-{id}"));

        string[] operations = [.. test.Measured.Read("circuit_breaker_state").Select(Operation)];
        operations.Length.ShouldBe(Most + 1);
        operations.ShouldContain("other");
        test.Measured.Of("executions").Count(measured => Operation(measured) == "other").ShouldBe(9 * Most);
        LogEntry warning = test.Log.Entries.Single(entry => entry.Message.Contains("operations of different names"));
        warning.Message.ShouldContain($"'getUser-{Most}'");
    }

    [Fact]
    public async Task Execute_OperationOverTheLimitWithSettingsOfItsOwn_KeepsItsName()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:payInvoice:Retry:MaxRetries=0");
        await RunAsync(test, Enumerable.Range(0, Most).Select(id => $"getUser-{id}").Append("payInvoice"));

        test.Measured.Read("circuit_breaker_state").Select(Operation).ShouldContain("payInvoice");
        test.Measured.Read("circuit_breaker_state").Select(Operation).ShouldNotContain("other");
    }

    [Fact]
    public async Task Execute_KnownOperationAfterTheLimitIsReached_KeepsItsName()
    {
        using TestResilience test = TestResilience.WithProfile();
        await RunAsync(test, Enumerable.Range(0, 2 * Most).Select(id => $"getUser-{id}").Append("getUser-0"));

        test.Measured.Of("executions").Count(measured => Operation(measured) == "getUser-0").ShouldBe(2);
    }

    [Fact]
    public async Task Execute_FallbackKeyLeftOutOverTheLimit_IsTheOperationThatWasAskedFor()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback("getInvoice", (_, _) => new ValueTask<string>("degraded"));
        await RunAsync(test, Enumerable.Range(0, Most).Select(id => $"getUser-{id}"));

        (await test.RunAsync(test.Work().Fails(), new() { Operation = "getInvoice" })).ShouldBe("degraded");
    }

    [Fact]
    public void Get_MoreMessageTypesThanThat_EachKeepsItsName()
    {
        using TestResilience test = TestResilience.With();
        for (int type = 0; type <= Most; type++)
            test.States.Get(ResilienceSide.Client, "user", $"message{type}");

        test.Measured.Read("circuit_breaker_state").Select(Operation).Distinct().Count().ShouldBe(Most + 1);
    }

    [Fact]
    public async Task Execute_LimitReachedInOneService_LeavesAnotherAlone()
    {
        using TestResilience test = TestResilience.With();
        await RunAsync(test, Enumerable.Range(0, Most + 1).Select(id => $"getUser-{id}"));
        await test.Resilience.For("auth").ExecuteAsync(test.Work().Answers().RunAsync, new() { Operation = "validateToken" }, TestContext.Current.CancellationToken);

        test.Measured.Read("circuit_breaker_state").Select(Operation).ShouldContain("validateToken");
    }

    [Fact]
    public void For_TenTimesAsManyServicesWithoutAProfileAsAllowed_CountsTheRestTogetherAndWarnsOnce()
    {
        using TestResilience test = TestResilience.With("Profiles:billing:Retry:MaxRetries=0");
        string[] names = [.. Enumerable.Range(0, 10 * MessagingResilience.MostWithoutProfile).Select(id => test.Resilience.For($"tenant-{id}").Service).Distinct()];

        names.Length.ShouldBe(MessagingResilience.MostWithoutProfile + 1);
        names[^1].ShouldBe("other");
        test.Resilience.For("tenant-0").Service.ShouldBe("tenant-0");
        test.Resilience.For("billing").Service.ShouldBe("billing");
        test.Log.Entries.Single(static entry => entry.Message.Contains("services that have no profile")).Message.ShouldContain("'tenant-100'");
    }

    private static async Task RunAsync(TestResilience test, IEnumerable<string> operations)
    {
        foreach (string operation in operations)
            await test.RunAsync(test.Work().Answers(), new() { Operation = operation });
    }

    private static string Operation(Measured measured) => measured.Tags.Split("operation=")[1].Split(',')[0];
}
