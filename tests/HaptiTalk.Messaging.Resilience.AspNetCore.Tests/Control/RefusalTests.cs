using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whoever is turned away again and again fills no log.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordedLog _log = new();

    [Fact]
    public async Task Write_RefusedAgainAndAgain_IsOneLineAndThenACount()
    {
        await using TestApplication application = await StartAsync();
        for (int i = 0; i < 50; i++)
            (await IsolateAsync(application)).ShouldBeProblem(HttpStatusCode.Unauthorized);
        (await IsolateAsync(application, TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden);

        Refusals.Length.ShouldBe(2);
        Refusals[0].ShouldStartWith("anonymous from 127.0.0.1 was refused at HTTP: POST /resilience/breakers/{service}/isolate: Sign in");
        Refusals[1].ShouldStartWith("bob was refused at");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Refusals.Length.ShouldBe(3);
        Refusals[2].ShouldContain("49 more");
        _clock.Advance(TimeSpan.FromMinutes(10));
        Refusals.Length.ShouldBe(3);
        await IsolateAsync(application);
        Refusals.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Stop_HostWithRefusalsNotYetTold_TellsThem()
    {
        await using TestApplication application = await StartAsync();
        for (int i = 0; i < 3; i++)
            await IsolateAsync(application);

        await application.StopAsync();

        Refusals.Length.ShouldBe(2);
        Refusals[1].ShouldContain("2 more");
    }

    [Fact]
    public async Task Write_RefusedInNamesWithoutEnd_KeepsTheLogShort()
    {
        await using TestApplication application = await StartAsync();
        for (int i = 0; i < 300; i++)
            (await IsolateAsync(application, (TestAuthentication.Header, $"user{i}/visitor"))).ShouldBeProblem(HttpStatusCode.Forbidden);

        Refusals.Length.ShouldBe(100);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Refusals[^1].ShouldContain("200 more");
    }

    public void Dispose() => _log.Dispose();

    private string[] Refusals => [.. _log.Entries.Where(entry => entry.Level == LogLevel.Information).Select(entry => entry.Message).Where(message => message.Contains("refused", StringComparison.Ordinal))];

    private Task<TestApplication> StartAsync() => TestApplication.StartAsync(services => TestAuthentication.AddTo(services).Services
        .AddSingleton<TimeProvider>(_clock)
        .AddLogging(logging => logging.AddProvider(_log).AddFilter("Microsoft", LogLevel.Warning))
        .AddAuthorizationBuilder().AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator")));

    private static Task<Answer> IsolateAsync(TestApplication application, params (string, string)[] headers) =>
        application.SendAsync(HttpMethod.Post, "/resilience/breakers/user/isolate", json: null, headers);
}
