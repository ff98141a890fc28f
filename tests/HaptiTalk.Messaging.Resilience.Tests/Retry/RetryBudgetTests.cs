using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RetryBudgetTests
{
    private static readonly RetryOptions Options = new() { BudgetRatio = 0.2, BudgetWindow = TimeSpan.FromSeconds(10), BudgetFloor = 3 };

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void TrySpend_NoCalls_AllowsTheFloor() => Spend(new(_clock), Options).ShouldBe(30);

    [Fact]
    public void TrySpend_ManyCalls_AllowsTheirShareOnTop()
    {
        var budget = new RetryBudget(_clock);
        Call(budget, 1000);

        Spend(budget, Options).ShouldBe(230);
    }

    [Fact]
    public void TrySpend_WindowHasPassed_AllowsTheFloorAgain()
    {
        var budget = new RetryBudget(_clock);
        Call(budget, 1000);
        Spend(budget, Options);
        _clock.Advance(Options.BudgetWindow);

        Spend(budget, Options).ShouldBe(30);
    }

    [Fact]
    public void TrySpend_NeitherShareNorFloor_AllowsNothing()
    {
        var budget = new RetryBudget(_clock);
        Call(budget, 1000);

        Spend(budget, Options with { BudgetRatio = 0, BudgetFloor = 0 }).ShouldBe(0);
    }

    [Fact]
    public void AnySequence_AnyBudget_IsNeverExceededAndNeverHeldBack() => Gen.Select(
        Gen.Double[0, 2], Gen.Int[0, 3], Gen.Int[0, 2].Array[0, 200]).Sample(static (ratio, floor, steps) =>
    {
        var options = new RetryOptions { BudgetRatio = ratio, BudgetWindow = TimeSpan.FromSeconds(10), BudgetFloor = floor };
        var clock = new FakeTimeProvider();
        var budget = new RetryBudget(clock);
        List<int> calls = [], retries = [];
        int second = 0;
        foreach (int step in steps)
        {
            switch (step)
            {
                case 0:
                    clock.Advance(TimeSpan.FromSeconds(1));
                    second++;
                    break;
                case 1:
                    budget.Called(options);
                    calls.Add(second);
                    break;
                default:
                    // One slice is a second long here, so that the window is exact.
                    bool allowed = retries.Count(at => at > second - 10) + 1 <= (floor * 10) + (ratio * calls.Count(at => at > second - 10));
                    if (budget.TrySpend(options) != allowed)
                        return false;
                    if (allowed)
                        retries.Add(second);
                    break;
            }
        }

        return true;
    }, iter: 20_000);

    [Theory]
    [InlineData(ResilienceSide.Client, 3)]
    [InlineData(ResilienceSide.Publisher, 3)]
    [InlineData(ResilienceSide.Consumer, 4)]
    [InlineData(ResilienceSide.Local, 4)]
    public async Task Run_BudgetOfOneForTwoCalls_BoundsWhoeverPutsLoadOnOthers(ResilienceSide side, int attempts)
    {
        using TestResilience test = TestResilience.WithProfile(
            "Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00", "Retry:BudgetRatio=0.5", "Retry:BudgetFloor=0", "CircuitBreaker:FailureThreshold=100");
        OperationState operation = test.States.Get(side, TestResilience.Service, "getUserProfile");
        int made = 0;
        for (int call = 0; call < 2; call++)
        {
            Outcome<string> outcome = await new TestWork<string>((_, _) => Fail(ref made))
                .RunAsync(new(operation, TestContext.Current.CancellationToken) { CallTimeout = TimeSpan.FromSeconds(5) }, test.Clock);
            outcome.Exception.ShouldBeOfType<InvalidOperationException>();
        }

        made.ShouldBe(attempts);
        test.Measured.Of("retry_budget_exhausted").Sum(measured => measured.Value).ShouldBe(4 - attempts);
    }

    private static ValueTask<string> Fail(ref int made)
    {
        made++;
        throw new InvalidOperationException("broken");
    }

    private static void Call(RetryBudget budget, int times)
    {
        for (int i = 0; i < times; i++)
            budget.Called(Options);
    }

    private static int Spend(RetryBudget budget, RetryOptions options)
    {
        int spent = 0;
        while (budget.TrySpend(options))
            spent++;
        return spent;
    }
}
