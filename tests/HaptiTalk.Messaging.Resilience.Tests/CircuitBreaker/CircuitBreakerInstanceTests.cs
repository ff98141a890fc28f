using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Faults of one instance, while another one of the service answers.</summary>
public sealed class CircuitBreakerInstanceTests
{
    private static readonly InstanceId Good = new("host", 1);
    private static readonly InstanceId Other = new("host", 2);
    private static readonly InstanceId Bad = new("host", 3);

    private readonly FakeTimeProvider _clock = new();
    private readonly AnsweringInstances _instances;

    public CircuitBreakerInstanceTests() => _instances = new(_clock);

    [Fact]
    public void Exit_InstanceFailuresAmongFailures_NeitherCountInTheRowNorEndIt()
    {
        TestBreaker test = new TestBreaker(failureThreshold: 3).Fail(2);
        for (int call = 0; call < 10; call++)
            test.Call(CallVerdict.InstanceFailure);

        test.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Fail(1).Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void Exit_InstanceFailures_CountForTheShare()
    {
        var test = new TestBreaker(new CircuitBreakerOptions { FailureThreshold = 1000, FailureRatio = 0.5, MinimumThroughput = 10 });
        test.Succeed(5);
        for (int call = 0; call < 5; call++)
            test.Call(CallVerdict.InstanceFailure);

        test.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public void AreThereOthersThan_NobodyHasAnswered_IsFalse() => _instances.AreThereOthersThan(Bad).ShouldBeFalse();

    [Fact]
    public void AreThereOthersThan_OnlyItselfHasAnswered_IsFalse()
    {
        _instances.Answered(Bad);

        _instances.AreThereOthersThan(Bad).ShouldBeFalse();
    }

    [Fact]
    public void AreThereOthersThan_AnotherAnswersOfLate_IsTrueUntilItIsSilent()
    {
        _instances.Answered(Bad);
        _instances.Answered(Good);

        _clock.Advance(TimeSpan.FromSeconds(5));
        _instances.AreThereOthersThan(Bad).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromTicks(1));
        _instances.AreThereOthersThan(Bad).ShouldBeFalse();
    }

    [Fact]
    public void AreThereOthersThan_AThirdAnswersWhenTheFirstTwoAreSilent_IsTrue()
    {
        _instances.Answered(Bad);
        _instances.Answered(Good);
        _clock.Advance(TimeSpan.FromMinutes(1));

        _instances.Answered(Other);

        _instances.AreThereOthersThan(Bad).ShouldBeTrue();
        _instances.AreThereOthersThan(Other).ShouldBeFalse();
    }
}
