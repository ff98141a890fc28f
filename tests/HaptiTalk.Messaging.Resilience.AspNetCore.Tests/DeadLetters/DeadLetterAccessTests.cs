using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who may look and who may change, and what a host without a broker says.</summary>
public sealed class DeadLetterAccessTests(BrokerFixture fixture)
{
    private const string Root = DeadLetterApplication.Root;

    public static TheoryData<string, string> Guarded => new()
    {
        { "GET", "/user_error/summary" }, { "GET", "/user_error/messages" }, { "GET", "/user_error/messages/message-1" }, { "GET", "/user_error/export" },
        { "POST", "/user_error/replays" }, { "POST", "/user_error/messages/message-1/replay" }, { "POST", "/user_error/discards" }, { "DELETE", "/replays/abc" },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task ContentsAndChanges_OutsideDevelopment_AreForOperators(string method, string path)
    {
        await using DeadLetterApplication host = await DeadLetterApplication.StartAsync(fixture, isDevelopment: false);
        await host.Broker.FillAsync(messages: 1);

        (await SendAsync()).ShouldBeProblem(HttpStatusCode.Unauthorized);
        (await SendAsync(TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden);
        (await SendAsync(TestAuthentication.Operator)).Status.ShouldNotBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);

        Task<Answer> SendAsync(params (string, string)[] who) => host.Application.SendAsync(new(method), Root + path, method == "POST" ? "{\"dryRun\":true}" : null, who);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/replays")]
    public async Task Get_WhatHoldsNoContents_IsForWhoeverMayRead(string path)
    {
        await using DeadLetterApplication host = await DeadLetterApplication.StartAsync(fixture, isDevelopment: false);
        await host.Broker.FillAsync(messages: 1);

        (await host.GetAsync(path)).ShouldBeOk().Body.ShouldNotContain("userId");
        (await host.GetAsync(path, ("Sec-Fetch-Site", "cross-site"))).ShouldBeProblem(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_ForeignPage_IsRefused()
    {
        await using DeadLetterApplication host = await DeadLetterApplication.StartAsync(fixture);
        await host.Broker.FillAsync(messages: 1);

        (await host.PostAsync("/user_error/replays", "{}", ("Sec-Fetch-Site", "cross-site"))).ShouldBeProblem(HttpStatusCode.Forbidden);

        (await host.Broker.CountAsync("user_error")).ShouldBe(1u);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/q/summary")]
    [InlineData("GET", "/q/messages")]
    [InlineData("GET", "/replays")]
    [InlineData("POST", "/q/replays")]
    [InlineData("POST", "/q/discards")]
    public async Task Any_HostThatNamesNoBroker_SaysWhatToCall(string method, string path)
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        (await application.SendAsync(new(method), Root + path)).ShouldBeProblem(HttpStatusCode.NotImplemented).Detail.ShouldContain("AddRabbitMqDeadLetters(");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/q/summary")]
    [InlineData("GET", "/q/messages/1")]
    [InlineData("GET", "/q/export")]
    [InlineData("POST", "/q/discards")]
    public async Task Any_BrokerThatIsDown_Is503(string method, string path)
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => services.AddRabbitMqDeadLetters(new Uri("amqp://guest:secret@127.0.0.1:1")), environment: Environments.Development);

        Answer answer = await application.SendAsync(
            new(method), Root + path, method == "POST" ? """{"select":{},"expectedCount":1,"withoutExport":true}""" : null);

        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable).Detail.ShouldContain("127.0.0.1");
        answer.Body.ShouldNotContain("secret");
    }

    [Fact]
    public async Task ConcurrentLooks_OneMoreThanAllowed_IsToldToComeBack()
    {
        var limit = new ConcurrentLooks();
        var end = new TaskCompletionSource<object?>();
        Task<object?>[] running = [.. Enumerable.Range(0, ConcurrentLooks.AtOnce).Select(_ => limit.RunAsync(new DefaultHttpContext(), () => end.Task))];
        var late = new DefaultHttpContext();

        object? refused = await limit.RunAsync(late, () => Task.FromResult<object?>("a look"));
        end.SetResult("a look");
        await Task.WhenAll(running);
        object? after = await limit.RunAsync(new DefaultHttpContext(), () => Task.FromResult<object?>("a look"));

        refused.ShouldBeAssignableTo<IStatusCodeHttpResult>()!.StatusCode.ShouldBe(StatusCodes.Status503ServiceUnavailable);
        late.Response.Headers.RetryAfter.ToString().ShouldBe("1");
        after.ShouldBe("a look");
    }
}
