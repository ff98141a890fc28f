using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The list of policies is all that a new one is added to.</summary>
public sealed class PolicyDescriptorTests : IDisposable
{
    private readonly TestResilience _test = TestResilience.WithProfile("Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00");

    private ServiceState State => _test.States.Get(ResilienceSide.Local, TestResilience.Service, "execute").State;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void All_EachPosition_StandsInTheOrderOfThePositions() =>
        PolicyOrder.All.Select(static policy => policy.Position).Append(PolicyPosition.Innermost).ShouldBe(Enum.GetValues<PolicyPosition>());

    [Fact]
    public void All_EachThatIsFused_IsFollowedByWhatItIsFusedWith()
    {
        PolicyDescriptor[] fused = [.. PolicyOrder.All.Where(static policy => policy.Fused is not null)];

        fused.ShouldNotBeEmpty();
        fused.ShouldAllBe(policy => PolicyOrder.All.SkipWhile(other => other != policy).Skip(1).Take(policy.Fused!.Following.Length).Select(other => other.Name)
            .SequenceEqual(policy.Fused.Following));
    }

    [Theory]
    [InlineData("Fallback", 1, "the fallback does not know of it")]
    [InlineData("CircuitBreaker", 1, "outside the circuit breaker it runs once a call, and keeps bulkhead and breaker apart")]
    [InlineData("AttemptTimeout", 2, "inside the retry it runs once an attempt, and keeps retry and timeout apart")]
    public async Task Build_OneMorePolicyInTheList_StandsWhereTheListSays(string before, int runs, string because)
    {
        var toy = new ToyStrategy();
        List<PolicyDescriptor> policies = [.. PolicyOrder.All];
        policies.Insert(policies.FindIndex(policy => policy.Name == before), new("Toy", PolicyPosition.Innermost, (builder, _, _) => builder.AddStrategy(_ => toy, new PolicyOptions("Toy"))));

        (await RunAsync(policies)).Exception.ShouldBeOfType<InvalidOperationException>();

        toy.Runs.ShouldBe(runs, because);
        State.Bulkhead.ActiveCalls.ShouldBe(0);
        _test.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Build_OnePolicyLess_TheOthersStay()
    {
        (await RunAsync([.. PolicyOrder.All.Where(static policy => policy.Name != "CircuitBreaker")])).Exception.ShouldBeOfType<InvalidOperationException>();

        State.Bulkhead.ActiveCalls.ShouldBe(0);
        _test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    private async Task<Outcome<int>> RunAsync(IReadOnlyList<PolicyDescriptor> policies)
    {
        ResiliencePipeline pipeline = PolicyOrder.Build(policies, State, _test.Clock, new CustomPolicies([], new ServiceCollection().BuildServiceProvider()));
        var execution = new Execution(FailureClassifier.Default, _test.Clock);
        execution.Begin(new(_test.States.Get(ResilienceSide.Local, TestResilience.Service, "execute"), TestContext.Current.CancellationToken));
        ResilienceContext context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);
        context.Properties.Set(Execution.Key, execution);
        return await pipeline.ExecuteOutcomeAsync(
            static (_, execution) =>
            {
                execution.Attempting();
                return new ValueTask<Outcome<int>>(Outcome.FromException<int>(new InvalidOperationException("broken")));
            },
            context,
            execution);
    }

    private sealed class ToyStrategy : ResilienceStrategy
    {
        public int Runs { get; private set; }

        protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
        {
            Runs++;
            return callback(context, state);
        }
    }
}
