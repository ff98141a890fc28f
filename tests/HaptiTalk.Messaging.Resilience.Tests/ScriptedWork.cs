using System.Threading.Channels;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Work that does at each attempt what the test wrote down; the last entry is repeated for ever.</summary>
internal sealed class ScriptedWork(TimeProvider clock)
{
    private readonly List<Func<CancellationToken, Task<string>>> _script = [];
    private readonly List<DateTimeOffset> _starts = [];
    private readonly Channel<int> _started = Channel.CreateUnbounded<int>();

    public int Attempts
    {
        get
        {
            lock (_starts)
                return _starts.Count;
        }
    }

    /// <summary>When each attempt began, from the first on.</summary>
    public IReadOnlyList<TimeSpan> Starts
    {
        get
        {
            lock (_starts)
                return [.. _starts.Select(start => start - _starts[0])];
        }
    }

    public ScriptedWork Answers(string answer = "real") => Does(_ => Task.FromResult(answer));

    public ScriptedWork Fails(int times = 1) => Fails(new InvalidOperationException("broken"), times);

    public ScriptedWork Fails(Exception failure, int times = 1)
    {
        for (int i = 0; i < times; i++)
            Does(_ => Task.FromException<string>(failure));
        return this;
    }

    /// <summary>Never ends by itself, but honours its token at once.</summary>
    public ScriptedWork Hangs() => Does(token =>
    {
        var never = new TaskCompletionSource<string>();
        token.UnsafeRegister(_ => never.TrySetCanceled(token), null);
        return never.Task;
    });

    /// <summary>Ends when the test says so.</summary>
    public ScriptedWork WaitsFor(TaskCompletionSource<string> end) => Does(token => end.Task.WaitAsync(token));

    public ScriptedWork Does(Func<CancellationToken, Task<string>> attempt)
    {
        _script.Add(attempt);
        return this;
    }

    public Task<string> RunAsync(CancellationToken cancellationToken)
    {
        int attempt;
        lock (_starts)
        {
            attempt = _starts.Count;
            _starts.Add(clock.GetUtcNow());
        }

        _started.Writer.TryWrite(attempt + 1);
        return _script[Math.Min(attempt, _script.Count - 1)](cancellationToken);
    }

    /// <summary>Waits until one more attempt has begun and tells its number.</summary>
    public async Task<int> NextAttemptAsync() => await _started.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
