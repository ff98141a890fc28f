namespace HaptiTalk.Messaging.Resilience;

/// <summary>One bus, the state of its broker, and who keeps it true while the bus runs.</summary>
internal sealed class WatchedBus(BrokerState state) : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _stopping = new();
    private Task? _run;

    public BrokerState State => state;

    public ReplyQueue Replies { get; } = new();

    /// <summary>Null where there is no broker to watch.</summary>
    public BrokerWatch? Watch { get; set; }

    /// <summary>Cancelled when the bus stops, and for ever once its host has gone: MassTransit may still ask for a connection then.</summary>
    public CancellationToken Stopping
    {
        get
        {
            lock (_gate)
                return _stopping.IsCancellationRequested ? new(canceled: true) : _stopping.Token;
        }
    }

    /// <summary>A bus that has been stopped can be started again.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (Watch is not { } watch || _run is not null)
                return;

            if (_stopping.IsCancellationRequested)
            {
                _stopping.Dispose();
                _stopping = new();
            }

            CancellationToken stopping = _stopping.Token;
            _run = Task.Run(() => watch.RunAsync(stopping), CancellationToken.None);
        }
    }

    public async Task StopAsync()
    {
        Task? run;
        Task cancelling;
        lock (_gate)
        {
            (run, _run) = (_run, null);
            cancelling = _stopping.CancelAsync();
        }

        await cancelling.ConfigureAwait(false);
        if (run is not null)
            await run.ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            // The container disposes it once for each service that it stands for.
            if (!_stopping.IsCancellationRequested)
                _stopping.Cancel();
            _stopping.Dispose();
        }
    }
}
