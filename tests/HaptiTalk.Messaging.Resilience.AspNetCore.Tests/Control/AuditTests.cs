using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class AuditTests : IDisposable
{
    private readonly RecordedLog _log = new();

    [Fact]
    public async Task Get_ChangesOfEveryKind_AreListedNewestFirst()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        await application.SendAsync(HttpMethod.Post, "/resilience/breakers/auth/isolate", """{ "reason": "maintenance" }""", TestAuthentication.Operator);
        await application.SendAsync(HttpMethod.Put, "/resilience/profiles/user?reason=too%20many", """{ "Bulkhead:QueueCapacity": 1 }""", TestAuthentication.Operator);
        await application.SendAsync(HttpMethod.Delete, "/resilience/profiles/user/overrides?reason=enough", json: null, TestAuthentication.Operator);

        JsonArray audit = (await application.GetJsonAsync("/resilience/audit")).AsArray();

        audit.Select(entry => entry!["action"]!.GetValue<string>()).ShouldBe(["revert", "change", "isolate"]);
        audit.Select(entry => entry!["reason"]!.GetValue<string>()).ShouldBe(["enough", "too many", "maintenance"]);
        audit[1]!.ToJsonString().ShouldBe(
            """
            {"time":"2026-01-01T00:00:00.000Z","who":"anna","action":"change","target":"user",
            "before":"Bulkhead:QueueCapacity = 15 (shipped:Profiles:user:Bulkhead:QueueCapacity)",
            "after":"Bulkhead:QueueCapacity = 1 (override:Bulkhead:QueueCapacity)","reason":"too many"}
            """.ReplaceLineEndings(string.Empty));
    }

    [Fact]
    public async Task Write_Done_IsLoggedWithWhoWhatBeforeAndAfter()
    {
        await using TestApplication application = await StartAsync();
        await application.SucceedAsync();
        await application.SendAsync(HttpMethod.Post, "/resilience/breakers/auth/isolate", """{ "reason": "maintenance" }""", TestAuthentication.Operator);

        _log.Entries.ShouldContain((LogLevel.Warning, "anna changed 'auth': isolate; before: local Closed; after: local Isolated; reason: maintenance."));
    }

    [Fact]
    public async Task Write_Refused_IsLoggedAndNotAudited()
    {
        await using TestApplication application = await StartAsync();
        await application.SendAsync(HttpMethod.Post, "/resilience/breakers/auth/isolate", json: null, TestAuthentication.Visitor);

        _log.Entries.ShouldContain((
            LogLevel.Information,
            "bob was refused at HTTP: POST /resilience/breakers/{service}/isolate: You do not satisfy the authorization policy 'MessagingResilience.Control'."));
        (await application.GetAsync("/resilience/audit")).ShouldBe("[]");
    }

    [Fact]
    public async Task Write_NameWithALineBreak_StaysOnOneLine()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => services.AddLogging(logging => logging.AddProvider(_log)),
            web =>
            {
                web.MapMessagingResilience().AddEndpointFilter((context, next) =>
                {
                    context.HttpContext.User = new(new ClaimsIdentity([new(ClaimTypes.Name, "eve\nadmin changed")], "test"));
                    return next(context);
                });
            },
            Environments.Development);

        await application.SendAsync(HttpMethod.Post, "/resilience/breakers/auth/close");

        application.Services.GetRequiredService<IResilienceControl>().History.ShouldHaveSingleItem().By.ShouldBe("eve?admin changed");
    }

    public void Dispose() => _log.Dispose();

    private Task<TestApplication> StartAsync() => TestApplication.StartAsync(services => TestAuthentication.AddTo(services).Services
        .AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)))
        .AddLogging(logging => logging.AddProvider(_log))
        .AddAuthorizationBuilder().AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator")));
}
