using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a caller of the host's own endpoints gets when their work is refused or times out.</summary>
public sealed class ExceptionHandlerTests
{
    private static readonly CircuitCause Secret = new("Shop.DatabaseException", "password of db-7 is wrong", "Shop.Orders.Load", MessageId: null, DistinctMessages: 0);

    [Fact]
    public async Task Refusal_OfAnOpenCircuit_Is503WithItsTime()
    {
        Answer answer = await AskAsync(static resilience => resilience.For("report").ExecuteAsync(static _ => TestApplication.Broken()).AsTask(), isOpen: true);

        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable).Detail.ShouldBe("A service that this needs is not available now.");
        int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 90);
    }

    [Fact]
    public async Task Timeout_OfWork_Is504() =>
        (await AskAsync(static resilience => resilience.For("auth").ExecuteAsync(
            static ct => new TaskCompletionSource().Task.WaitAsync(ct), new() { Operation = "impatient" }).AsTask()))
            .ShouldBeProblem(HttpStatusCode.GatewayTimeout)
            .Detail.ShouldBe("A service that this needs did not answer in time. It may have done its work, or do it still.");

    [Theory]
    [InlineData(0, "1")]
    [InlineData(100, "1")]
    [InlineData(1_500, "2")]
    [InlineData(null, "5")]
    public async Task RetryAfter_OfARefusal_IsRoundedUpToSeconds(int? milliseconds, string seconds)
    {
        TimeSpan? wait = milliseconds is { } time ? TimeSpan.FromMilliseconds(time) : null;

        (await ThrowAsync(new BulkheadFullRejectedException("user", "get", retryAfter: wait))).Headers["Retry-After"].ShouldBe(seconds);
    }

    [Fact]
    public async Task Timeout_OfARequest_Is504ThoughItIsNoTimeoutException()
    {
        Answer answer = await ThrowAsync(new RequestTimeout());

        answer.ShouldBeProblem(HttpStatusCode.GatewayTimeout);
        answer.Headers["Retry-After"].ShouldBe("5");
    }

    [Fact]
    public async Task Answer_WhateverTheExceptionSays_TellsNothingOfTheInside()
    {
        Answer answer = await ThrowAsync(new CircuitOpenRejectedException("payments", "charge", cause: Secret));

        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable);
        answer.Body.ShouldNotContain("password");
        answer.Body.ShouldNotContain("payments");
        answer.Body.ShouldNotContain("charge");
    }

    [Fact]
    public async Task OtherException_IsTheHosts()
    {
        Answer answer = await ThrowAsync(new InvalidOperationException("broken"));

        answer.ShouldBeProblem(HttpStatusCode.InternalServerError);
        answer.Headers.Keys.ShouldNotContain("Retry-After");
    }

    [Fact]
    public async Task Caller_WhoTakesNoJson_GetsStatusAndHeader()
    {
        Answer answer = await ThrowAsync(new CircuitOpenRejectedException("user", "get"), accept: "text/csv");

        (answer.Status, answer.Body).ShouldBe((HttpStatusCode.ServiceUnavailable, ""));
        answer.Headers["Retry-After"].ShouldBe("5");
    }

    [Fact]
    public void AddResilienceExceptionHandler_CalledAgain_ChangesNothing() =>
        new ServiceCollection().AddResilienceExceptionHandler().AddResilienceExceptionHandler()
            .Count(static service => service.ServiceType == typeof(IExceptionHandler)).ShouldBe(1);

    private static Task<Answer> ThrowAsync(Exception exception, string accept = "*/*") => AskAsync(_ => Task.FromException(exception), accept: accept);

    private static async Task<Answer> AskAsync(Func<IMessagingResilience, Task> work, bool isOpen = false, string accept = "*/*")
    {
        await using TestApplication application = await TestApplication.StartAsync(
            static services => services.AddResilienceExceptionHandler(),
            host =>
            {
                host.UseExceptionHandler();
                host.MapGet("/order", async (IMessagingResilience resilience) =>
                {
                    await work(resilience);
                    return Results.Ok();
                });
            });
        if (isOpen)
            await application.OpenReportAsync();
        return await application.SendAsync(HttpMethod.Get, "/order", json: null, ("Accept", accept));
    }

    private sealed class RequestTimeout : Exception, IExecutionTimeout
    {
        public string Service => "user";

        public string Operation => "get";

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public TimeSpan Elapsed => TimeSpan.FromSeconds(1);

        public int Attempts => 1;
    }
}
