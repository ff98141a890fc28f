using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static HaptiTalk.Messaging.Resilience.Tests.DeadLetterApplication;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whatever goes wrong below is told in words.</summary>
public sealed class TroubleTests(BrokerFixture fixture)
{
    private const string Discarded = """{"select":{},"expectedCount":1,"withoutExport":true}""";

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("GET", "/user_error/summary", null)]
    [InlineData("GET", "/user_error/messages", null)]
    [InlineData("GET", "/user_error/messages?exceptionType=A", null)]
    [InlineData("GET", "/user_error/messages/message-1", null)]
    [InlineData("GET", "/user_error/export", null)]
    [InlineData("POST", "/user_error/replays", """{"dryRun":true}""")]
    [InlineData("POST", "/user_error/messages/message-1/replay", """{"headers":{"a":"b"}}""")]
    [InlineData("POST", "/user_error/discards", Discarded)]
    public async Task Any_BrokerThatHangs_Is503(string method, string path, string? json)
    {
        await using DeadLetterApplication host = await StartAsync(fixture, options: options => options with { AnswerTimeout = TimeSpan.FromSeconds(1) });
        await host.Broker.FillAsync(messages: 1);
        await fixture.FreezeAsync(TestContext.Current.CancellationToken);
        try
        {
            (await host.Application.SendAsync(new(method), Root + path, json)).ShouldBeProblem(HttpStatusCode.ServiceUnavailable).Detail.ShouldContain("no answer within 1 s");
        }
        finally
        {
            await fixture.ThawAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(typeof(TaskCanceledException), HttpStatusCode.ServiceUnavailable, "did not answer in time")]
    [InlineData(typeof(TimeoutException), HttpStatusCode.ServiceUnavailable, "did not answer in time")]
    [InlineData(typeof(InvalidOperationException), HttpStatusCode.InternalServerError, "System.InvalidOperationException")]
    [InlineData(typeof(NullReferenceException), HttpStatusCode.InternalServerError, "System.NullReferenceException")]
    public async Task Any_FailureThatTheLibraryDoesNotName_IsAProblemWithAWordAndInTheLog(Type failure, HttpStatusCode status, string says)
    {
        await using DeadLetterApplication host = await StartAsync(fixture, more: services => services.AddSingleton<IDeadLetterInspector>(provider => new WaitingLooks(
            provider.GetRequiredService<RabbitMqDeadLetters>().Inspector, () => Task.FromException((Exception)Activator.CreateInstance(failure)!))));

        (await host.GetAsync("/user_error/summary")).ShouldBeProblem(status).Detail.ShouldContain(says);
        (await host.GetAsync("")).ShouldBeProblem(status).Detail.ShouldContain(says);

        host.Log.Entries.ShouldContain(entry => entry.Level == LogLevel.Error && entry.Message.Contains("user_error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_ExportThatIsIncompleteForAReasonInAnyScript_SaysItInAHeader()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, more: services => services.AddSingleton<IDeadLetterArchive>(
            provider => new IncompleteExports(provider.GetRequiredService<RabbitMqDeadLetters>().Archive, "100% of '한글'\nwere read")));
        await host.Broker.FillAsync(messages: 1);

        Answer answer = (await host.GetAsync("/user_error/export")).ShouldBeOk();

        Uri.UnescapeDataString(answer.Headers["X-Resilience-Incomplete"]).ShouldBe("100% of '한글'\nwere read");
        answer.Body.ShouldContain("message-1");
    }

    [Fact]
    public async Task Get_ListingsOfVisitors_DoNotTakeTheOperatorsPlaces()
    {
        var end = new TaskCompletionSource();
        int waiting = 0;
        await using DeadLetterApplication host = await StartAsync(fixture, isDevelopment: false, more: services => services.AddSingleton<IDeadLetterInspector>(
            provider => new WaitingLooks(provider.GetRequiredService<RabbitMqDeadLetters>().Inspector, () => Interlocked.Increment(ref waiting) <= ConcurrentLooks.AtOnce ? end.Task : Task.CompletedTask)));
        Task<Answer>[] visitors = [.. Enumerable.Range(0, ConcurrentLooks.AtOnce).Select(_ => host.GetAsync(""))];
        await Condition.BecomesTrueAsync(() => Volatile.Read(ref waiting) == ConcurrentLooks.AtOnce);

        (await host.GetAsync("", TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.ServiceUnavailable);
        (await host.GetAsync("", TestAuthentication.Operator)).ShouldBeOk();

        end.SetResult();
        foreach (Answer answer in await Task.WhenAll(visitors))
            answer.ShouldBeOk();
    }

    [Fact]
    public async Task Get_ListingWithoutTheRight_LooksIntoNoQueue()
    {
        await using DeadLetterApplication host = await StartAsync(fixture, isDevelopment: false);
        await host.Broker.FillAsync(messages: 1);

        (await host.GetAsync("")).ShouldBeOk().Json["queues"]![0]!["oldestAt"].ShouldBeNull();
        (await host.GetAsync("?oldest=true", TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden);
        (await host.GetAsync("", TestAuthentication.Operator)).ShouldBeOk().Json["queues"]![0]!["oldestAt"]!.GetValue<string>().ShouldBe("2026-01-01T00:00:01.000Z");
    }
}
