using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whose deadline a call stands under travels with it, and a timeout says so.</summary>
public sealed class DeadlineOwnerTests
{
    private const string Header = "Resilience-Deadline";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<object> Foreign => [99, 1e300, true, "", "orders", "4000 DefaultTimeout", "-1 DefaultTimeout orders", "4000 7 orders", new string('x', 5000), new List<string> { "x" }];

    [Fact]
    public async Task GetResponse_ThirdServiceHangs_SaysItsSettingAndTheDeadlineAroundAndRepeatsNothing() =>
        (await HangAsync(TimeSpan.FromSeconds(2), timeout: default)).ShouldSatisfyAllConditions(
            message => message.ShouldContain("'pay' of 'payments' did not answer within 2 s (1 attempt, 2 s), with 3."),
            message => message.ShouldContain(" s left of orders' 4 s. If it needs longer, raise Resilience:Profiles:payments:Timeout:DefaultTimeout."));

    [Fact]
    public async Task GetResponse_OutermostDeadlineEndsAll_SaysHowMuchWasLeftOfIt() =>
        (await HangAsync(TimeSpan.FromSeconds(3.85), timeout: default, "payments:Timeout:DefaultTimeout=01:00:00")).ShouldSatisfyAllConditions(
            message => message.ShouldContain("'pay' of 'payments' did not answer within the 3."),
            message => message.ShouldContain(" s left of orders' 4 s (1 attempt, "),
            message => message.ShouldContain("raise Resilience:Profiles:orders:Timeout:DefaultTimeout."));

    [Fact]
    public async Task GetResponse_TimeoutOfTheCallEndsAll_SaysSo() =>
        (await HangAsync(TimeSpan.FromSeconds(2.85), RequestTimeout.After(s: 3), "payments:Timeout:DefaultTimeout=01:00:00")).ShouldSatisfyAllConditions(
            message => message.ShouldContain(" s left of orders' 3 s (1 attempt, "),
            message => message.ShouldContain("give the call of 'orders' a longer RequestTimeout."));

    [Theory]
    [MemberData(nameof(Foreign), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_RequestSaysSomethingElse_IsServedAndNothingOfItGoesOn(object said)
    {
        var asked = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(bus =>
        {
            bus.AddHandler(static async (ConsumeContext<Outer> context, IRequestClient<Ask> client) =>
                await context.RespondAsync((await client.GetResponse<Answer>(new Ask("x"), context.CancellationToken)).Message));
            bus.AddHandler(async (ConsumeContext<Ask> context) =>
            {
                await asked.AddAsync(context);
                await Callee.Answers(context);
            });
        });

        await bus.Bus.CreateRequestClient<Outer>().GetResponse<Answer>(
            new Outer("x"), request => request.UseExecute(context => context.Headers.Set(Header, said)), Token);

        (await asked.NextAsync(Token)).Headers.Get<string>(Header).ShouldBeNull("nobody knows whose deadline it is");
    }

    [Fact]
    public async Task GetResponse_Nested_CarriesTheOwnerOfTheShorterDeadline()
    {
        var asked = new Collected<Ask>();
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddHandler(static async (ConsumeContext<Outer> context, IRequestClient<Ask> client) =>
                    await context.RespondAsync((await client.GetResponse<Answer>(new Ask("x"), context.CancellationToken)).Message));
                bus.AddHandler(async (ConsumeContext<Ask> context) =>
                {
                    await asked.AddAsync(context);
                    await Callee.Answers(context);
                });
            },
            settings: Settings.Of("session:Timeout:DefaultTimeout=00:02:00", "user:Timeout:DefaultTimeout=00:01:00"));

        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);
        await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token, RequestTimeout.After(s: 50));

        (await asked.NextAsync(Token)).Headers.Get<string>(Header).ShouldBe("60000 DefaultTimeout user");
        (await asked.NextAsync(Token)).Headers.Get<string>(Header).ShouldBe("50000 RequestTimeout session");
    }

    // The last service works on, whatever it is told; then so much time passes.
    private async Task<string> HangAsync(TimeSpan time, RequestTimeout timeout, params string[] settings)
    {
        var shop = new Shop(_ =>
        {
            _begun.TrySetResult();
            return _end.Task;
        });
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<TimeProvider>(new MovedClock(_time));
                shop.AddTo(bus);
            },
            settings: Shop.SettingsOf(settings));

        Task<Response<Answer>> call = bus.Client<PlaceOrder>().GetResponse<Answer>(new PlaceOrder(), Token, timeout);
        await _begun.Task.WaitAsync(Patience, Token);
        _time.Advance(time);
        await Task.WhenAny(call, Task.Delay(Patience, TimeProvider.System, Token));
        _end.SetResult();
        _time.Advance(TimeSpan.FromHours(1));
        RequestFaultException failure = await Should.ThrowAsync<RequestFaultException>(call);
        shop.Payments.ShouldBe(1);
        return failure.Message;
    }
}
