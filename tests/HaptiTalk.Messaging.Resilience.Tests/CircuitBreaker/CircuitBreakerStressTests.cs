namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerStressTests
{
    private const int Tasks = 16;
    private const int Rounds = 160;
    private const int CallsPerRound = 400;
    private const int HalfOpenMaxCalls = 3;

    [Fact]
    public async Task TryEnter_SixteenTasks_NeverMoreProbesThanAllowedAndNoneLost()
    {
        var test = new TestBreaker(failureThreshold: 5, HalfOpenMaxCalls);
        int probing = 0, most = 0, probes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // The clock stands still within a round, so that no probe is given up as lost while it runs.
            test.Clock.Advance(TestBreaker.ResetTimeout);
            await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => CallManyTimes(new Random(task)), TestContext.Current.CancellationToken)));
            Volatile.Read(ref probing).ShouldBe(0);
        }

        most.ShouldBeInRange(1, HalfOpenMaxCalls);
        probes.ShouldBeGreaterThan(Rounds / 4);
        test.Transitions.Zip(test.Transitions.Skip(1)).ShouldAllBe(pair => pair.First.To == pair.Second.From);
        AllProbesAreThereAgain(test);

        void CallManyTimes(Random random)
        {
            for (int call = 0; call < CallsPerRound; call++)
            {
                if (!test.Breaker.TryEnter(out CircuitPermit permit))
                    continue;

                bool isProbe = permit.Probe != 0;
                if (isProbe)
                {
                    Interlocked.Increment(ref probes);
                    int now = Interlocked.Increment(ref probing);
                    int seen = Volatile.Read(ref most);
                    while (now > seen && Interlocked.CompareExchange(ref most, now, seen) is { } other && other != seen)
                        seen = other;
                }

                Thread.SpinWait(random.Next(50));
                if (isProbe)
                    Interlocked.Decrement(ref probing);
                test.Breaker.Exit(permit, (CallVerdict)random.Next(4));
            }
        }
    }

    private static void AllProbesAreThereAgain(TestBreaker test)
    {
        test.Breaker.Close();
        test.ReadyToProbe();
        for (int i = 0; i < HalfOpenMaxCalls; i++)
            test.Enter();
        test.IsRefused().ShouldBeTrue();
    }
}
