using CsCheck;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class BulkheadModelTests
{
    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (8, Gen.Bool.Select(Step (refusable) => new Step.Enter(refusable))),
        (6, Gen.Const<Step>(new Step.Exit())),
        (2, Gen.Int[0, 9].Select(Step (waiter) => new Step.Cancel(waiter))),
        (2, Gen.Int[1, 4].Select(Step (seconds) => new Step.Wait(TimeSpan.FromSeconds(seconds)))),
        (1, Gen.Select(Gen.Int[1, 4], Gen.Int[0, 4], Step (calls, queue) => new Step.Resize(calls, queue))));

    [Fact]
    public Task AnySequence_BehavesAsTheReference() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 4], AnyStep.List[1, 50]).SampleAsync(
            (calls, queue, steps) => new Comparison(calls, queue).RunAsync(steps),
            iter: 2_000,
            print: sequence => $"{sequence.Item1} places, {sequence.Item2} queued: {string.Join(", ", sequence.Item3)}");

    /// <summary>A plain list of those who wait, beside the real bulkhead.</summary>
    private sealed class Comparison(int calls, int queue)
    {
        private readonly TestBulkhead _test = new(calls, queue);
        private readonly List<Waiter> _waiting = [];
        private int _calls = calls;
        private int _queue = queue;
        private int _active;

        public async Task<bool> RunAsync(IEnumerable<Step> steps)
        {
            foreach (Step step in steps)
            {
                if (!await TakeAsync(step) || (_active, _waiting.Count) != (_test.Bulkhead.ActiveCalls, _test.Bulkhead.QueueLength))
                    return false;
            }

            return _waiting.TrueForAll(waiter => !waiter.Entry.IsCompleted);
        }

        private async Task<bool> TakeAsync(Step step)
        {
            switch (step)
            {
                case Step.Enter enter:
                    return await EnterAsync(enter.Refusable);
                case Step.Exit when _active > 0:
                    _active--;
                    _test.Bulkhead.Exit();
                    return await AdmitAsync();
                case Step.Cancel cancel when cancel.Waiter < _waiting.Count:
                    Waiter leaving = _waiting[cancel.Waiter];
                    _waiting.Remove(leaving);
                    await leaving.Caller.CancelAsync();
                    return await EndOf(leaving) is null;
                case Step.Wait wait:
                    _test.Clock.Advance(wait.Time);
                    Waiter[] late = [.. _waiting.Where(waiter => waiter.Until <= _test.Clock.GetUtcNow())];
                    _waiting.RemoveAll(late.Contains);
                    return (await Task.WhenAll(late.Select(EndOf))).All(entry => entry == BulkheadEntry.WaitedTooLong);
                case Step.Resize resize:
                    (_calls, _queue) = (resize.Calls, resize.Queue);
                    _test.Resize(resize.Calls, resize.Queue);
                    return await AdmitAsync();
                default:
                    return true;
            }
        }

        private async Task<bool> EnterAsync(bool refusable)
        {
            var caller = new CancellationTokenSource();
            TimeSpan patience = refusable ? TestBulkhead.Patience : System.Threading.Timeout.InfiniteTimeSpan;
            DateTimeOffset until = refusable ? _test.Clock.GetUtcNow() + patience : DateTimeOffset.MaxValue;
            Task<BulkheadEntry> entry = _test.Bulkhead.EnterAsync(patience, refusable, caller.Token).AsTask();
            if (_active < _calls)
            {
                _active++;
                return entry.IsCompletedSuccessfully && await entry == BulkheadEntry.Entered;
            }

            if (refusable && _waiting.Count(waiter => waiter.Refusable) >= _queue)
                return entry.IsCompletedSuccessfully && await entry == BulkheadEntry.Refused;

            _waiting.Add(new(entry, refusable, until, caller));
            return !entry.IsCompleted;
        }

        private async Task<bool> AdmitAsync()
        {
            Waiter[] admitted = [.. _waiting.Take(Math.Max(0, _calls - _active))];
            _waiting.RemoveRange(0, admitted.Length);
            _active += admitted.Length;
            return (await Task.WhenAll(admitted.Select(EndOf))).All(entry => entry == BulkheadEntry.Entered);
        }

        /// <summary>How the wait ended; null when it was cancelled, or when another's ended that should still go on.</summary>
        private async Task<BulkheadEntry?> EndOf(Waiter waiter)
        {
            Task first = await Task.WhenAny([waiter.Entry, .. _waiting.Select(other => other.Entry)]).WaitAsync(TimeSpan.FromSeconds(30));
            return first == waiter.Entry && !waiter.Entry.IsCanceled ? await waiter.Entry : null;
        }
    }

    private sealed record Waiter(Task<BulkheadEntry> Entry, bool Refusable, DateTimeOffset Until, CancellationTokenSource Caller);

    private abstract record Step
    {
        public sealed record Enter(bool Refusable) : Step;

        public sealed record Exit : Step;

        public sealed record Cancel(int Waiter) : Step;

        public sealed record Wait(TimeSpan Time) : Step;

        public sealed record Resize(int Calls, int Queue) : Step;
    }
}
