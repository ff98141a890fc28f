using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Many clients, clients that go away, and clients that take nothing.</summary>
public sealed class EventClientsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private int _served;

    [Fact]
    public async Task Get_AHundredClients_EachGetsEveryEventInOrder()
    {
        await using TestApplication application = await StartAsync();
        EventClient[] clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => EventClient.ConnectAsync(application)));
        for (int revision = 1; revision <= 200; revision++)
            Raise(application, revision);

        long[][] told = await Task.WhenAll(clients.Select(client => client.NextRevisionsAsync(200)));

        told.ShouldAllBe(revisions => revisions.SequenceEqual(Enumerable.Range(1, 200).Select(revision => (long)revision)));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        await Condition.BecomesTrueAsync(() => Volatile.Read(ref _served) == 0);
    }

    [Fact]
    public async Task Get_ClientGoesAway_IsServedNoLonger()
    {
        await using TestApplication application = await StartAsync();
        EventClient client = await EventClient.ConnectAsync(application);
        Volatile.Read(ref _served).ShouldBe(1);

        await client.DisposeAsync();

        await Condition.BecomesTrueAsync(() => Volatile.Read(ref _served) == 0);
    }

    [Fact]
    public async Task Get_TooManyClients_IsRefusedUntilOneHasGone()
    {
        await using TestApplication application = await StartAsync();
        EventClient[] clients = await Task.WhenAll(Enumerable.Range(0, 256).Select(_ => EventClient.ConnectAsync(application)));

        (await application.SendAsync(HttpMethod.Get, "/resilience/events")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable).Headers["Retry-After"].ShouldBe("10");
        await clients[0].DisposeAsync();
        await Condition.BecomesTrueAsync(() => Volatile.Read(ref _served) == 255);

        await (await EventClient.ConnectAsync(application)).DisposeAsync();
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Get_TooManyClientsWhoMayOnlyRead_KeepNoOperatorOut()
    {
        await using TestApplication application = await TestApplication.StartAsync(services => TestAuthentication.AddTo(services).Services
            .AddAuthorizationBuilder().AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator")));
        EventClient[] clients = await Task.WhenAll(Enumerable.Range(0, 256).Select(_ => EventClient.ConnectAsync(application)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/resilience/events");
        request.Headers.Add(TestAuthentication.Operator.Name, TestAuthentication.Operator.Value);

        (await application.SendAsync(HttpMethod.Get, "/resilience/events")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable);
        using HttpResponseMessage response = await application.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Get_ClientThatReadsNothing_IsDroppedAndNobodyElse()
    {
        await using TestApplication application = await StartAsync();
        await using EventClient healthy = await EventClient.ConnectAsync(application);
        using var slow = new TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(application.Client.BaseAddress!.Host, application.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /resilience/events HTTP/1.1\r\nHost: localhost\r\n\r\n"), TestContext.Current.CancellationToken);
        await Condition.BecomesTrueAsync(() => Volatile.Read(ref _served) == 2);

        // Each round less than a healthy client's pipe takes at once, so that it never waits while the clock moves.
        for (int round = 0; Volatile.Read(ref _served) == 2; round++)
        {
            round.ShouldBeLessThan(5000, "it is still served");
            RaiseLarge(application);
            (await healthy.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("profileReloadFailed");
            _clock.Advance(TimeSpan.FromSeconds(11));
            await Task.Yield();
        }

        Raise(application, 7);
        (await healthy.NextRevisionsAsync(1)).ShouldBe([7]);
    }

    private void Raise(TestApplication application, int revision) => application.Services.GetRequiredService<ResilienceEvents>()
        .Raise(new ProfilesReloaded { OccurredAt = _clock.GetUtcNow(), Revision = revision });

    private void RaiseLarge(TestApplication application) => application.Services.GetRequiredService<ResilienceEvents>()
        .Raise(new ProfileReloadFailed { OccurredAt = _clock.GetUtcNow(), Problems = [new("Resilience:Profiles:auth", Value: null, new string('x', 30_000))] });

    private Task<TestApplication> StartAsync() => TestApplication.StartAsync(
        services => services.AddSingleton<TimeProvider>(_clock),
        web => web.MapMessagingResilience().AddEndpointFilter(async (context, next) =>
        {
            if (context.HttpContext.Request.Path != "/resilience/events")
                return await next(context);

            Interlocked.Increment(ref _served);
            try
            {
                return await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref _served);
            }
        }));
}
