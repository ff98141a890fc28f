using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using BenchmarkDotNet.Attributes;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// What keeping the states of asynchronous methods is worth: three methods around a reply, built by each of three builders. Calls wait
/// side by side, then one thread answers all of them and fetches the results. With more threads the runtime's builder keeps less.
/// </summary>
public class MethodBuilderBenchmarks
{
    private const int Calls = 64_000;

    private Reply[] _replies = null!;
    private ValueTask<int>[] _calls = null!;

    /// <summary>Calls that wait at the same time.</summary>
    [Params(1, 16, 64, 1_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _replies = [.. Enumerable.Range(0, Waiting).Select(static _ => new Reply())];
        _calls = new ValueTask<int>[Waiting];
    }

    [Benchmark(Baseline = true, Description = "none kept", OperationsPerInvoke = Calls)]
    public Task<int> PlainAsync() => RunAsync(static reply => Plain.OuterAsync(reply));

    [Benchmark(Description = "the runtime's pooling builder", OperationsPerInvoke = Calls)]
    public Task<int> PoolingAsync() => RunAsync(static reply => Pooling.OuterAsync(reply));

    [Benchmark(Description = "RecyclingAsyncMethodBuilder", OperationsPerInvoke = Calls)]
    public Task<int> RecyclingAsync() => RunAsync(static reply => Recycling.OuterAsync(reply));

    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, after all of them have begun.")]
    private async Task<int> RunAsync(Func<ValueTask<int>, ValueTask<int>> call)
    {
        int sum = 0;
        for (int left = Calls / Waiting; left > 0; left--)
        {
            for (int i = 0; i < Waiting; i++)
                _calls[i] = call(_replies[i].Begin());
            foreach (Reply reply in _replies)
                reply.Answer();
            foreach (ValueTask<int> ended in _calls)
                sum += await ended;
        }

        return sum;
    }

    private static class Plain
    {
        public static async ValueTask<int> OuterAsync(ValueTask<int> reply) => await MiddleAsync(reply).ConfigureAwait(false) + 1;

        private static async ValueTask<int> MiddleAsync(ValueTask<int> reply) => await InnerAsync(reply).ConfigureAwait(false) + 1;

        private static async ValueTask<int> InnerAsync(ValueTask<int> reply) => await reply.ConfigureAwait(false) + 1;
    }

    private static class Pooling
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public static async ValueTask<int> OuterAsync(ValueTask<int> reply) => await MiddleAsync(reply).ConfigureAwait(false) + 1;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private static async ValueTask<int> MiddleAsync(ValueTask<int> reply) => await InnerAsync(reply).ConfigureAwait(false) + 1;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private static async ValueTask<int> InnerAsync(ValueTask<int> reply) => await reply.ConfigureAwait(false) + 1;
    }

    private static class Recycling
    {
        [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
        public static async ValueTask<int> OuterAsync(ValueTask<int> reply) => await MiddleAsync(reply).ConfigureAwait(false) + 1;

        [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
        private static async ValueTask<int> MiddleAsync(ValueTask<int> reply) => await InnerAsync(reply).ConfigureAwait(false) + 1;

        [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
        private static async ValueTask<int> InnerAsync(ValueTask<int> reply) => await reply.ConfigureAwait(false) + 1;
    }

    /// <summary>A reply that allocates nothing, so that all bytes are the builder's.</summary>
    private sealed class Reply : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _answer;

        public ValueTask<int> Begin()
        {
            _answer.Reset();
            return new(this, _answer.Version);
        }

        public void Answer() => _answer.SetResult(1);

        public int GetResult(short token) => _answer.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _answer.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _answer.OnCompleted(continuation, state, token, flags);
    }
}
