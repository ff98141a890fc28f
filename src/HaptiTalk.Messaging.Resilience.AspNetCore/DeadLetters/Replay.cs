using System.Security.Cryptography;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A replay that somebody has begun: how far it is, and what became of it.</summary>
internal sealed class Replay(ReplayRequest request, string who, string? reason, DateTimeOffset startedAt) : IProgress<ReplayProgress>
{
    private const int IdBytes = 6;

    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private ReplayProgress? _progress;
    private ReplayReport? _report;
    private string? _problem;
    private DateTimeOffset? _endedAt;
    private bool _isStopping;

    /// <summary>The replay's name everywhere: here, in its report, in the audit and the log, and in its messages.</summary>
    public string Id { get; } = request.Run ?? NewId();

    public ReplayRequest Request => request;

    public string Who => who;

    public string? Reason => reason;

    public bool HasEnded
    {
        get
        {
            lock (_gate)
                return _endedAt is not null;
        }
    }

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    /// <param name="withContents">Whether it may be said which messages are meant.</param>
    public ReplayView View(bool withContents)
    {
        lock (_gate)
        {
            string state = _endedAt is null ? _isStopping ? "stopping" : "running" : _problem is null ? "ended" : "failed";
            return new(
                Id, request.Queue, state, who, reason, withContents ? SelectionText.Of(request.Select) : DeadLetterAudit.Hidden, request.Target,
                request.RatePerSecond, request.Batches is not null, startedAt, _endedAt, _progress, ReportFor(withContents), _problem);
        }
    }

    private ReplayReport? ReportFor(bool withContents) => withContents || _report is null ? _report : _report with { Messages = [] };

    public void Report(ReplayProgress value)
    {
        lock (_gate)
            _progress = value;
    }

    /// <param name="stop">What stops it; whoever gives it disposes it, after the end.</param>
    public void Begin(CancellationTokenSource stop)
    {
        lock (_gate)
            _stop = stop;
    }

    /// <returns>Whether it was still running.</returns>
    public async Task<bool> StopAsync()
    {
        Task stopped;
        lock (_gate)
        {
            if (_endedAt is not null || _stop is null)
                return false;
            _isStopping = true;
            stopped = _stop.CancelAsync();
        }

        await stopped.ConfigureAwait(false);
        return true;
    }

    public void End(DateTimeOffset at, ReplayReport? report, string? problem)
    {
        lock (_gate)
            (_endedAt, _report, _problem, _stop) = (at, report, problem, null);
    }
}
