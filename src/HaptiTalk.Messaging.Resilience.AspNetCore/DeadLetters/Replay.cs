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

    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

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

    public ReplayView View
    {
        get
        {
            lock (_gate)
            {
                string state = _endedAt is null ? _isStopping ? "stopping" : "running" : _problem is null ? "ended" : "failed";
                return new(
                    Id, request.Queue, state, who, reason, SelectionText.Of(request.Select), request.Target, request.RatePerSecond, request.Batches is not null,
                    startedAt, _endedAt, _progress, _report, _problem);
            }
        }
    }

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
