namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>What relayed bytes pass, or wait at.</summary>
internal sealed class LinkGate
{
    private volatile TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _opened.TrySetResult();

    public void Close()
    {
        if (_opened.Task.IsCompleted)
            _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task PassAsync(CancellationToken cancellationToken) => _opened.Task.WaitAsync(cancellationToken);
}
