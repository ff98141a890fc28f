namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class PrometheusTests
{
    [Fact]
    public async Task Get_CallsOfEveryKind_ShowsEveryMetricUnderItsExactName()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await UseEverythingAsync(application);
        string[] lines = (await application.GetAsync("/metrics")).Split('\n');

        ShouldShow(lines, "circuit_breaker_state", "getUserProfile", value: 0);
        ShouldShow(lines, "circuit_breaker_calls_total", "getUserProfile", value: 2, "result=\"success\"");
        ShouldShow(lines, "circuit_breaker_calls_total", "getUserProfile", value: 1, "result=\"failure\"");
        ShouldShow(lines, "retry_attempts_total", "repeated", value: 1, "attempt_number=\"1\"");
        ShouldShow(lines, "retry_attempts_total", "repeated", value: 1, "attempt_number=\"2\"");
        ShouldShow(lines, "operation_timeouts_total", "impatient", value: 1);
        ShouldShow(lines, "fallback_executions_total", "degraded", value: 1, "fallback_key=\"degraded\"");
        ShouldShow(lines, "bulkhead_rejections_total", "flooded", value: 1);
        ShouldShow(lines, "bulkhead_queue_size", "flooded", value: 2);
        ShouldShow(lines, "bulkhead_active_calls", "flooded", value: 3);
        ShouldShow(lines, "executions_total", "getUserProfile", value: 2, "result=\"success\"");
        ShouldShow(lines, "execution_duration_seconds_count", "getUserProfile", value: 2, "result=\"success\"");
        lines.ShouldContain("# TYPE circuit_breaker_state gauge");
        lines.ShouldContain("# TYPE circuit_breaker_calls_total counter");
        lines.ShouldContain("# TYPE execution_duration_seconds histogram");
    }

    [Fact]
    public async Task Get_Labels_AreTheDocumentedOnesAndNoOthers()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await UseEverythingAsync(application);
        string[] lines = (await application.GetAsync("/metrics")).Split('\n');

        lines.Where(line => line.Contains("service=\"auth\""))
            .SelectMany(line => line[(line.IndexOf('{') + 1)..line.LastIndexOf('}')].Split(','))
            .Select(label => label[..label.IndexOf('=')])
            .Distinct()
            .ShouldBe(["service", "operation", "side", "result", "origin", "attempt_number", "fallback_key", "le"], ignoreOrder: true);
    }

    [Fact]
    public async Task Get_CircuitOpen_ShowsOne()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        await application.OpenReportAsync();

        (await application.GetAsync("/metrics")).Split('\n')
            .ShouldContain(line => line.StartsWith("circuit_breaker_state{") && line.Contains("service=\"report\"") && line.Contains("} 1"));
    }

    [Fact]
    public async Task Get_SeveralHostsInOneProcess_EachShowsItsOwn()
    {
        await using TestApplication one = await TestApplication.StartAsync();
        await using TestApplication other = await TestApplication.StartAsync();
        await one.OpenReportAsync();
        await one.SucceedAsync();
        await other.SucceedAsync();

        string[] lines = (await other.GetAsync("/metrics")).Split('\n');

        ShouldShow(lines, "executions_total", "getUserProfile", value: 1, "result=\"success\"");
        ShouldShow(lines, "execution_duration_seconds_count", "getUserProfile", value: 1, "result=\"success\"");
        ShouldShow(lines, "circuit_breaker_state", "getUserProfile", value: 0);
        lines.ShouldNotContain(line => line.Contains("service=\"report\""));
        (await one.GetAsync("/metrics")).ShouldContain("service=\"report\"");
    }

    private static async Task UseEverythingAsync(TestApplication application)
    {
        application.Auth.RegisterFallback("degraded", (_, _) => new ValueTask<string>("degraded"));
        await application.SucceedAsync();
        await application.SucceedAsync();
        await application.FailAsync();
        await application.FailAsync("repeated");
        await application.RunAsync(TestApplication.Broken(), "degraded");
        await Should.ThrowAsync<ExecutionTimeoutException>(application.RunAsync(new TaskCompletionSource<string>().Task, "impatient"));

        // Three run and two wait, for ever as far as the test is concerned; the sixth is refused.
        for (int i = 0; i < 5; i++)
            _ = application.RunAsync(new TaskCompletionSource<string>().Task, "flooded");
        await Should.ThrowAsync<BulkheadFullRejectedException>(application.SucceedAsync("flooded"));
    }

    private static void ShouldShow(string[] lines, string name, string operation, double value, params string[] labels)
    {
        string[] wanted = ["service=\"auth\"", $"operation=\"{operation}\"", "side=\"local\"", .. labels];
        string[] found = [.. lines.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && wanted.All(label => line.Contains(label)))];

        found.Length.ShouldBe(1, $"{string.Join(",", wanted)} in\n{string.Join('\n', lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)))}");
        found[0][(found[0].LastIndexOf('}') + 1)..].Trim().Split(' ')[0].ShouldBe(value.ToString());
    }
}
