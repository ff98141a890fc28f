using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerModelTests
{
    private const int Sequences = 100_000;

    private static readonly Gen<CircuitBreakerOptions> AnyOptions = Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[8, 12], (threshold, calls, reset) =>
        new CircuitBreakerOptions { FailureThreshold = threshold, HalfOpenMaxCalls = calls, ResetTimeout = TimeSpan.FromSeconds(reset) });

    // The two rules that look at a share of the recent calls, each there or not, beside the consecutive one.
    private static readonly Gen<CircuitBreakerOptions> AnySamplingOptions = Gen.Select(
        AnyOptions, Gen.Int[2, 8], Gen.Int[1, 5], Gen.Int[0, 4], Gen.Int[0, 4], (options, threshold, throughput, failures, slow) => options with
        {
            FailureThreshold = threshold,
            MinimumThroughput = throughput,
            SamplingDuration = TimeSpan.FromSeconds(20),
            FailureRatio = failures == 0 ? null : failures / 4d,
            SlowCallRatio = slow == 0 ? null : slow / 4d,
            SlowCallDuration = slow == 0 ? null : TimeSpan.FromSeconds(slow),
        });

    private static Gen<Step> AnyStep(Gen<CircuitBreakerOptions> options) => Gen.Frequency(
        (12, Gen.Const<Step>(new Step.Enter())),
        (12, Gen.Select(Gen.Int[0, 7], Gen.Enum<CallVerdict>(), Step (permit, verdict) => new Step.Exit(permit, verdict))),
        (6, Gen.Int[1, 12].Select(Step (seconds) => new Step.Wait(TimeSpan.FromSeconds(seconds)))),
        (1, Gen.Bool.Select(Step (isolate) => new Step.Force(isolate ? CircuitState.Isolated : CircuitState.Closed))),
        (1, Gen.Int[1, 30].Select(Step (seconds) => new Step.Disable(TimeSpan.FromSeconds(seconds)))),
        (1, options.Select(Step (changed) => new Step.Reload(changed))));

    [Fact]
    public void AnySequence_ConsecutiveRule_BehavesAsTheReference() => BehavesAsTheReference(AnyOptions);

    [Fact]
    public void AnySequence_RatiosAndSlowCalls_BehavesAsTheReference() => BehavesAsTheReference(AnySamplingOptions);

    private static void BehavesAsTheReference(Gen<CircuitBreakerOptions> anyOptions) =>
        Gen.Select(anyOptions, AnyStep(anyOptions).List[1, 60]).Sample(
            (options, steps) => new Comparison(options).Run(steps),
            iter: Sequences,
            print: sequence => $"{sequence.Item1}: {string.Join(", ", sequence.Item2)}");

    /// <summary>Does the same to both and compares what can be seen after every step.</summary>
    private sealed class Comparison(CircuitBreakerOptions options)
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly ReferenceBreaker _reference = new(options);
        private readonly List<(CircuitPermit Real, ReferencePermit Reference)> _running = [];
        private TimeSpan _now;
        private CircuitBreaker _breaker = null!;

        public bool Run(IEnumerable<Step> steps)
        {
            _breaker = new(options, _clock, static _ => { });
            return steps.All(step => _reference.IsUndecided || (Take(step) && (_reference.IsUndecided || LookTheSame())));
        }

        private bool Take(Step step)
        {
            switch (step)
            {
                case Step.Enter:
                    bool admitted = _breaker.TryEnter(out CircuitPermit permit);
                    ReferencePermit? expected = _reference.Enter(_now);
                    if (expected is not null)
                        _running.Add((permit, expected));
                    return admitted == expected is not null;
                case Step.Exit exit when exit.Permit < _running.Count:
                    _breaker.Exit(_running[exit.Permit].Real, exit.Verdict);
                    _reference.Exit(_running[exit.Permit].Reference, exit.Verdict, _now);
                    _running.RemoveAt(exit.Permit);
                    return true;
                case Step.Wait wait:
                    _clock.Advance(wait.Time);
                    _now += wait.Time;
                    _reference.Pass(_now);
                    return true;
                case Step.Force { State: CircuitState.Isolated }:
                    _breaker.Isolate();
                    _reference.Force(CircuitState.Isolated, _now);
                    return true;
                case Step.Force:
                    _breaker.Close();
                    _reference.Force(CircuitState.Closed, _now);
                    return true;
                case Step.Disable disable:
                    _breaker.Disable(_clock.GetUtcNow() + disable.Time);
                    _reference.Disable(disable.Time, _now);
                    return true;
                case Step.Reload reload:
                    _breaker.Apply(reload.Options);
                    _reference.Apply(reload.Options, _now);
                    return true;
                default:
                    return true;
            }
        }

        private bool LookTheSame() =>
            _breaker.State == _reference.State
            && _breaker.FailureCount == _reference.Failures
            && _breaker.TimeUntilProbe() == _reference.UntilProbe(_now);
    }

    private abstract record Step
    {
        public sealed record Enter : Step;

        public sealed record Exit(int Permit, CallVerdict Verdict) : Step;

        public sealed record Wait(TimeSpan Time) : Step;

        public sealed record Force(CircuitState State) : Step;

        public sealed record Disable(TimeSpan Time) : Step;

        public sealed record Reload(CircuitBreakerOptions Options) : Step;
    }
}
