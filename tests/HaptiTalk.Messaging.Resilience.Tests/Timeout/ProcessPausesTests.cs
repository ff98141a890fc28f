using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>On a clock that leaps, a process stands still: all that was due meanwhile is noticed at the end of the leap.</summary>
public sealed class ProcessPausesTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ProcessPauses _pauses;

    public ProcessPausesTests() => _pauses = new(_clock);

    public void Dispose() => _pauses.Dispose();

    [Theory]
    [InlineData(900)]
    [InlineData(500)]
    [InlineData(0)]
    public void Cover_DueWhileItStoodStill_IsTrue(int before)
    {
        Runs(before);
        StandsStill(1200);

        _pauses.Cover(Second, Milliseconds(before + 1200 - 1000)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(500, 0, true)]
    [InlineData(500, 500, true)]
    [InlineData(500, 600, false)]
    [InlineData(1200, 1100, true)]
    [InlineData(300, 400, false)]
    public void Cover_DueAfterItStoodStill_IsTrueAsLongAgainAsItDid(int still, int after, bool expected)
    {
        Runs(100);
        StandsStill(still);
        Runs(after);

        _pauses.Cover(Milliseconds(100 + still + after), TimeSpan.Zero).ShouldBe(expected);
    }

    [Fact]
    public void Cover_BegunAfterItStoodStill_IsFalse()
    {
        StandsStill(1200);
        Runs(1000);

        _pauses.Cover(Second, TimeSpan.Zero).ShouldBeFalse();
    }

    [Fact]
    public void Cover_DueLongBeforeItStoodStill_IsFalse()
    {
        Runs(3000);
        StandsStill(1200);

        _pauses.Cover(Second, Milliseconds(3200)).ShouldBeFalse("it was due after one second");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    public void Cover_BeatComesALittleLate_IsFalse(int still)
    {
        Runs(800);
        StandsStill(still);

        _pauses.Cover(Milliseconds(800 + still), TimeSpan.Zero).ShouldBeFalse();
    }

    [Fact]
    public void Cover_ShortStandstillAfterALongOne_TheLongOneStillCounts()
    {
        Runs(100);
        StandsStill(1200);
        Runs(100);
        StandsStill(300);
        Runs(500);

        _pauses.Cover(Milliseconds(2200), TimeSpan.Zero).ShouldBeTrue();
    }

    [Fact]
    public void Cover_BeforeTheNextBeat_KnowsAlready()
    {
        bool? known = null;
        Runs(500);
        using ITimer due = _clock.CreateTimer(_ => known = _pauses.Cover(Milliseconds(550), Milliseconds(1150)), state: null, Milliseconds(50), Timeout.InfiniteTimeSpan);
        StandsStill(1200);

        known.ShouldBe(true);
    }

    [Fact]
    public void IsCatchingUp_AfterAStandstill_IsSoAsLongAgain()
    {
        _pauses.IsCatchingUp.ShouldBeFalse();
        StandsStill(500);
        _pauses.IsCatchingUp.ShouldBeTrue();
        Runs(600);
        _pauses.IsCatchingUp.ShouldBeFalse();
    }

    private static TimeSpan Milliseconds(int time) => TimeSpan.FromMilliseconds(time);

    private void StandsStill(int milliseconds) => _clock.Advance(Milliseconds(milliseconds));

    private void Runs(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 100)
            _clock.Advance(Milliseconds(100));
    }
}
