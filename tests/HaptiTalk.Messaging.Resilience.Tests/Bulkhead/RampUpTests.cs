using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RampUpTests
{
    private const int Full = 6;

    private readonly RampUp _ramp = new(new FakeTimeProvider());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void IsActive_NothingWasHeld_IsFalse() => _ramp.IsActive.ShouldBeFalse();

    [Fact]
    public void EnterAsync_Begun_AdmitsOnlySoManyAtOnce()
    {
        _ramp.Begin(2);
        Task[] turns = Turns(4);

        turns.Count(turn => turn.IsCompleted).ShouldBe(2);
    }

    [Fact]
    public async Task Leave_EachSuccess_AdmitsOneMoreThanLeft()
    {
        _ramp.Begin(1);
        Task[] turns = Turns(4);
        _ramp.Leave(succeeded: true, Full);
        await Task.WhenAll(turns[..3]).WaitAsync(Cancellation);

        turns[3].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Leave_AFailure_AdmitsNoMoreThanLeft()
    {
        _ramp.Begin(1);
        Task[] turns = Turns(3);
        _ramp.Leave(succeeded: false, Full);
        await turns[1].WaitAsync(Cancellation);

        turns[2].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Leave_AsManyAtOnceAsTheBulkheadAdmits_EndsTheRamp()
    {
        _ramp.Begin(1);
        Task[] turns = Turns(100);
        for (int i = 1; i < Full; i++)
            _ramp.Leave(succeeded: true, Full);
        await Task.WhenAll(turns).WaitAsync(Cancellation);

        _ramp.IsActive.ShouldBeFalse();
    }

    [Fact]
    public async Task Begin_AgainWhileWider_NarrowsWithoutTakingTurnsBack()
    {
        _ramp.Begin(1);
        Task[] turns = Turns(10);
        _ramp.Leave(succeeded: true, Full);
        _ramp.Leave(succeeded: true, Full);
        await Task.WhenAll(turns[..5]).WaitAsync(Cancellation);
        _ramp.Begin(1);
        _ramp.Leave(succeeded: false, Full);
        _ramp.Leave(succeeded: false, Full);
        turns[5].IsCompleted.ShouldBeFalse("one still runs");
        _ramp.Leave(succeeded: false, Full);

        await turns[5].WaitAsync(Cancellation);
        turns[6].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task EnterAsync_GivenUp_LosesNobodyElsesTurn()
    {
        using var caller = new CancellationTokenSource();
        _ramp.Begin(1);
        Task first = Turns(1)[0];
        Task givenUp = _ramp.EnterAsync(caller.Token).AsTask();
        Task last = Turns(1)[0];
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(givenUp);
        _ramp.Leave(succeeded: false, Full);

        await Task.WhenAll(first, last).WaitAsync(Cancellation);
    }

    private Task[] Turns(int count) => [.. Enumerable.Range(0, count).Select(_ => _ramp.EnterAsync(Cancellation).AsTask())];
}
