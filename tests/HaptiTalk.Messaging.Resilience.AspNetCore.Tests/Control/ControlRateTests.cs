using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class ControlRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Write_OnceTooOftenInAMinute_IsRefusedUntilTheMinuteIsOver()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => services.AddSingleton<TimeProvider>(_clock), environment: Environments.Development);
        for (int i = 0; i < 30; i++)
            (await CloseAsync(application)).ShouldBeOk();
        _clock.Advance(TimeSpan.FromSeconds(20.5));

        Answer refused = await CloseAsync(application);
        refused.ShouldBeProblem(HttpStatusCode.TooManyRequests).Headers["Retry-After"].ShouldBe("40");
        application.Services.GetRequiredService<IResilienceControl>().History.Count.ShouldBe(30);
        _clock.Advance(TimeSpan.FromSeconds(39.5));
        (await CloseAsync(application)).ShouldBeOk();
    }

    [Fact]
    public async Task Write_ThatMayNotBe_IsNotCounted()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => TestAuthentication.AddTo(services).Services.AddAuthorizationBuilder()
                .AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator")));
        for (int i = 0; i < 40; i++)
            (await CloseAsync(application, TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden);

        (await CloseAsync(application, TestAuthentication.Operator)).ShouldBeOk();
    }

    [Fact]
    public void TryTake_OtherCaller_HasAnAllowanceOfItsOwn()
    {
        var rate = new ControlRate(_clock);
        for (int i = 0; i < ControlRate.PerMinute; i++)
            rate.TryTake("anna", out _).ShouldBeTrue();

        rate.TryTake("anna", out _).ShouldBeFalse();
        rate.TryTake("bob", out _).ShouldBeTrue();
    }

    [Fact]
    public void TryTake_CallersWithoutEnd_ShareOneAllowanceAndNoMemory()
    {
        var rate = new ControlRate(_clock);
        int taken = Enumerable.Range(0, 100_000).Count(caller => rate.TryTake($"caller {caller}", out _));

        taken.ShouldBe(1000 + ControlRate.PerMinute);
        _clock.Advance(TimeSpan.FromMinutes(1));
        rate.TryTake("caller 100000", out _).ShouldBeTrue();
    }

    private static Task<Answer> CloseAsync(TestApplication application, params (string, string)[] headers) =>
        application.SendAsync(HttpMethod.Post, "/resilience/breakers/user/close", json: null, headers);
}
