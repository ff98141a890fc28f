namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What opened a circuit is kept and told wherever the circuit is.</summary>
public sealed class CircuitCauseTests
{
    private static readonly string[] OneFailureOpens = ["Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:10"];

    [Fact]
    public async Task Execute_FailureOpens_TheRefusalTheSnapshotAndTheLogSayWhatItWas()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<InvalidOperationException>(Throwing(test, "no stock"));
        CircuitOpenRejectedException refused = await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        var cause = new CircuitCause(
            "System.InvalidOperationException", "no stock", "HaptiTalk.Messaging.Resilience.Tests.CircuitCauseTests.ThrowAsync", MessageId: null, DistinctMessages: 0);
        refused.Cause.ShouldBe(cause);
        refused.Message.ShouldEndWith($" What opened it: {cause}.");
        test.Snapshot().Circuits.ShouldHaveSingleItem().Cause.ShouldBe(cause);
        test.Log.Entries.ShouldContain(entry => entry.Message.EndsWith(
            "What opened it: System.InvalidOperationException at HaptiTalk.Messaging.Resilience.Tests.CircuitCauseTests.ThrowAsync: no stock."));
    }

    [Fact]
    public async Task Execute_WhatIsThrownIsCarriedByAnother_TheCarriedOneIsTold()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<AggregateException>(test.Work().Fails(new AggregateException(new IOException("disk full"))));

        Cause(test).ShouldBe(new("System.IO.IOException", "disk full", Frame: null, MessageId: null, DistinctMessages: 0));
    }

    [Fact]
    public async Task Execute_HostileText_IsOneShortLine()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<IOException>(test.Work().Fails(new IOException("a\r\nb\u202E" + new string('c', 1000))));

        CircuitCause cause = Cause(test).ShouldNotBeNull();
        cause.Message.ShouldStartWith("a??b?ccc");
        cause.Message.Length.ShouldBe(200);
    }

    [Fact]
    public async Task Execute_ProbeFailsOtherwise_TheProbesFailureIsTold()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await test.FailAsync<IOException>(test.Work().Fails(new IOException("still away")));

        Cause(test).ShouldNotBeNull().Message.ShouldBe("still away");
    }

    [Fact]
    public async Task Execute_ClosedAgain_NothingIsKept()
    {
        using TestResilience test = TestResilience.WithProfile(OneFailureOpens);
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Control.Close(new(TestResilience.Service), "an operator");

        Cause(test).ShouldBeNull();
    }

    [Fact]
    public async Task Execute_TooManySlowCalls_HasNoCause()
    {
        using TestResilience test = TestResilience.WithProfile(
            "CircuitBreaker:SlowCallDuration=00:00:01", "CircuitBreaker:SlowCallRatio=1", "CircuitBreaker:MinimumThroughput=1");
        await test.RunToEndAsync(test.Work().Does(async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), test.Clock, token);
            return "slow";
        }));

        (test.Snapshot().CircuitState, Cause(test)).ShouldBe((CircuitState.Open, null));
        test.Log.Entries.ShouldContain(entry => entry.Message.EndsWith("What opened it: slow calls."));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(80, 50)]
    public void Exit_FailuresOfMessages_CountsTheDifferentOnes(int different, int counted)
    {
        var test = new TestBreaker(failureThreshold: 100);
        Guid[] ids = [.. Enumerable.Range(0, different).Select(_ => Guid.NewGuid())];
        for (int i = 0; i < 100; i++)
            test.Breaker.Exit(test.Enter(), CallVerdict.Failure, Failed(ids[i % different]));

        CircuitCause cause = test.Breaker.View().Cause.ShouldNotBeNull().Value;
        (cause.MessageId, cause.DistinctMessages).ShouldBe((ids[99 % different], counted));
    }

    [Fact]
    public void Exit_SuccessBetween_CountsFromThen()
    {
        var test = new TestBreaker(failureThreshold: 2);
        test.Breaker.Exit(test.Enter(), CallVerdict.Failure, Failed(Guid.NewGuid()));
        test.Succeed(1);
        for (int i = 0; i < 2; i++)
            test.Breaker.Exit(test.Enter(), CallVerdict.Failure, Failed(Guid.NewGuid()));

        test.Breaker.View().Cause.ShouldNotBeNull().Value.DistinctMessages.ShouldBe(2);
    }

    [Fact]
    public void ToString_AMessageFailed_NamesItAndHowManyThereWere()
    {
        var id = Guid.NewGuid();

        new CircuitCause("IOException", "away", "Shop.Orders.Consume", id, 7).ToString()
            .ShouldBe($"IOException at Shop.Orders.Consume: away, message {id} (different ones that failed: 7)");
        new CircuitCause("IOException", "away", Frame: null, id, 50).ToString().ShouldEndWith("(different ones that failed: 50 or more)");
    }

    [Fact]
    public async Task In_WhatTheCompilerMade_IsCalledAsItWasWritten()
    {
        Exception lambda = await Record(static async () => await Task.Run(static () => throw new IOException()));
        Exception local = await Record(LocalAsync);
        Exception foreign = await Record(static () => Task.FromException(new IOException()));

        new HostFrames([]).In(lambda).ShouldBe("HaptiTalk.Messaging.Resilience.Tests.CircuitCauseTests.In_WhatTheCompilerMade_IsCalledAsItWasWritten");
        new HostFrames([]).In(local).ShouldBe("HaptiTalk.Messaging.Resilience.Tests.CircuitCauseTests.In_WhatTheCompilerMade_IsCalledAsItWasWritten");
        new HostFrames([]).In(foreign).ShouldBe("HaptiTalk.Messaging.Resilience.Tests.CircuitCauseTests.Record");

        static async Task LocalAsync()
        {
            await Task.Yield();
            throw new IOException();
        }
    }

    private static FailedCall Failed(Guid messageId) => new(new IOException("away"), FailureClassifier.Default, new HostFrames([]), messageId);

    private static CircuitCause? Cause(TestResilience test) => test.Snapshot().Circuits.ShouldHaveSingleItem().Cause;

    private static ScriptedWork Throwing(TestResilience test, string message) => test.Work().Does(_ => ThrowAsync(message));

    private static async Task<string> ThrowAsync(string message)
    {
        await Task.CompletedTask;
        throw new InvalidOperationException(message);
    }

    private static async Task<Exception> Record(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception thrown)
        {
            return thrown;
        }

        throw new InvalidOperationException("It has not failed.");
    }
}
