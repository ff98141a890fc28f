using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Nobody answers: the caller still has its outcome within the total timeout and a tenth of a second.</summary>
[Collection(Timed.Name)]
public sealed class RequestBoundTests
{
    private static readonly TimeSpan Total = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_NobodyAnswers_EndsWithinTheTotalTimeout()
    {
        await using TestBus bus = await StartAsync();

        TimeSpan overtime = await OvertimeAsync(Total, () => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        overtime.ShouldBeLessThan(Bound.Tolerance);
        overtime.ShouldBeGreaterThan(-Bound.Tolerance);
    }

    [Fact]
    public async Task GetResponse_NobodyAnswersAHandle_EndsWithinTheTotalTimeout()
    {
        await using TestBus bus = await StartAsync();

        TimeSpan overtime = await OvertimeAsync(Total, async () =>
        {
            using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);
            await request.GetResponse<Answer>();
        });

        overtime.ShouldBeLessThan(Bound.Tolerance);
        overtime.ShouldBeGreaterThan(-Bound.Tolerance);
    }

    [Fact]
    public async Task GetResponse_TimeoutOfTheCall_ReplacesTheProfiles()
    {
        TimeSpan ofTheCall = TimeSpan.FromMilliseconds(150);
        await using TestBus bus = await StartAsync();

        TimeSpan overtime = await OvertimeAsync(
            ofTheCall, () => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token, RequestTimeout.After(ms: 150)));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    [Fact]
    public async Task GetResponse_TimeoutOfTheClient_ReplacesTheProfiles()
    {
        TimeSpan ofTheClient = TimeSpan.FromMilliseconds(150);
        await using TestBus bus = await StartAsync(bus => bus.AddRequestClient<Ask>(RequestTimeout.After(ms: 150)));

        TimeSpan overtime = await OvertimeAsync(ofTheClient, () => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    [Fact]
    public async Task GetResponse_FallbackNeverEnds_EndsWithinTheTotalTimeoutWithTheOriginalFailure()
    {
        await using TestBus bus = await StartAsync(resilience: resilience => resilience.AddFallback<Ask, Answer>(
            static async (_, cancellationToken) =>
            {
                await Never(cancellationToken);
                return new("never");
            }));

        TimeSpan overtime = await OvertimeAsync(Total, () => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        overtime.ShouldBeLessThan(Bound.Tolerance);
    }

    // The first call pays for compiling the path; what is measured is the second.
    private static async Task<TimeSpan> OvertimeAsync(TimeSpan total, Func<Task> call)
    {
        await Should.ThrowAsync<RequestTimedOutException>(call);
        return await Bound.OvertimeAsync(total, () => Should.ThrowAsync<RequestTimedOutException>(call));
    }

    private static Task Never(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    private static Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator>? bus = null, Action<IMessagingResilienceBuilder>? resilience = null) => TestBus.StartAsync(
        bus ?? (static _ => { }),
        resilience: resilience,
        settings: Settings.Of("user:Timeout:DefaultTimeout=00:00:00.400", "user:Fallback:ErrorThreshold=1"));
}
