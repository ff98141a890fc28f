using HaptiTalk.Messaging.Resilience;
using Polly.Simmy;

namespace HaptiTalk.Documentation.Tests;

public sealed class PolicyPositionTests
{
    private static readonly Table Positions = MarkdownPage.Read("docs/custom-policies.md").TableWith("Position", "Runs");

    public static TheoryData<string> All => [.. Positions.Rows.Select(row => string.Join(" | ", row))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task CustomPoliciesPage_Position_IsWhatAFailureThereShows(string row)
    {
        PolicyPosition position = Enum.Parse<PolicyPosition>(row.Split('|')[0].Trim(' ', '`'));
        SampleHost? running = null;
        var failing = new FailingStrategy(new InvalidOperationException("It always fails."), () => running!.Snapshot().ActiveCalls);
        await using SampleHost host = SampleHost.WithProfile(
            builder => failing.AddTo(builder, position), "Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00", "Fallback:ErrorThreshold=1");
        running = host;
        host.User.RegisterFallback("execute", (_, _) => ValueTask.FromResult("fallback"));

        Exception? thrown = await Record.ExceptionAsync(
            () => host.User.ExecuteAsync(_ => Task.FromResult("real"), cancellationToken: TestContext.Current.CancellationToken).AsTask());

        bool isRetried = failing.Runs == 2;
        string[] cells =
        [
            $"`{position}`",
            position >= PolicyPosition.BeforeAttempt ? "once an attempt" : "once a call",
            YesOrNo(thrown is null),
            YesOrNo(failing.ActiveCalls == 1),
            YesOrNo(host.Snapshot().FailureCount == 1),
            YesOrNo(isRetried),
        ];
        string.Join(" | ", cells).ShouldBe(row);
    }

    [Theory]
    [InlineData(PolicyPosition.Outermost)]
    [InlineData(PolicyPosition.BeforeTimeout)]
    public async Task Wait_OutsideTheTotalAndLongerThanIt_LeavesAMillisecond(PolicyPosition position)
    {
        SampleHost? running = null;
        await using SampleHost host = SampleHost.WithProfile(
            builder => builder.AddPolicy("waiting", position, pipeline => pipeline.AddChaosBehavior(injectionRate: 1, _ =>
            {
                running!.Clock.Advance(TimeSpan.FromHours(1));
                return ValueTask.CompletedTask;
            })),
            "Retry:MaxRetries=0");
        running = host;
        Task call = host.User.ExecuteAsync(
            token => Task.Delay(Timeout.InfiniteTimeSpan, host.Clock, token), cancellationToken: TestContext.Current.CancellationToken).AsTask();
        bool endedBefore = call.IsCompleted;

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        endedBefore.ShouldBeFalse();
        (await Should.ThrowAsync<ExecutionTimeoutException>(call)).Attempts.ShouldBe(1);
    }

    private static string YesOrNo(bool value) => value ? "yes" : "no";
}
