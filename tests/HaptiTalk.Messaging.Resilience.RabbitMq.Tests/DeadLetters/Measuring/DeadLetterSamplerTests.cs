using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class DeadLetterSamplerTests
{
    private static readonly Type[] Failures =
        [typeof(TaskCanceledException), typeof(InvalidOperationException), typeof(OverflowException), typeof(ObjectDisposedException), typeof(AggregateException)];

    [Fact]
    public async Task ExecuteAsync_AnyFailure_IsLoggedAndTheNextSampleTaken()
    {
        FakeTimeProvider time = new();
        FailingInspector inspector = new();
        using LoggerFactory loggers = new([new CountingLog(inspector)]);
        using DeadLetterSampler sampler = new(inspector, DeadLetterTelemetry.None, new() { Interval = TimeSpan.FromSeconds(1) }, time, loggers);

        await sampler.StartAsync(TestContext.Current.CancellationToken);
        for (int sample = 1; sample <= Failures.Length + 2; sample++)
        {
            await Until.TrueAsync(() => Task.FromResult(inspector.Asked >= sample || sampler.ExecuteTask!.IsCompleted));
            sampler.ExecuteTask!.IsCompleted.ShouldBeFalse();
            // The timer may not be waited for yet: it is told until it was.
            await Until.TrueAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(inspector.Asked > sample || sampler.ExecuteTask.IsCompleted);
            });
        }

        inspector.Logged.ShouldBe(1);
        await sampler.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FailingInspector : IDeadLetterInspector
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public int Logged { get; set; }

        public Task<DeadLetterListing> ListAsync(DeadLetterListOptions? options = null, CancellationToken cancellationToken = default)
        {
            int number = Interlocked.Increment(ref _asked) - 1;
            return number < Failures.Length
                ? Task.FromException<DeadLetterListing>(Failures[number] == typeof(ObjectDisposedException)
                    ? new ObjectDisposedException("connection")
                    : (Exception)Activator.CreateInstance(Failures[number])!)
                : Task.FromResult(new DeadLetterListing("", "", default, [], null));
        }

        public Task<IReadOnlyList<DeadLetterCount>> CountAsync(IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<DeadLetterPage> PeekAsync(string queue, DeadLetterPeekOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<DeadLetterSummary> SummariseAsync(
            string queue, IReadOnlyCollection<DeadLetterGrouping>? by = null, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<DeadLetterSearchResult> SearchAsync(
            string queue, DeadLetterQuery query, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<DeadLetter?> ShowAsync(string queue, string id, DeadLetterScanOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class CountingLog(FailingInspector inspector) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 50)
                inspector.Logged++;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
