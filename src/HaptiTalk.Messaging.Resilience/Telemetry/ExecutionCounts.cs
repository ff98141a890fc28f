namespace HaptiTalk.Messaging.Resilience;

/// <summary>How the runs of one service on one side have ended since the process began.</summary>
internal sealed class ExecutionCounts
{
    private long _successful;
    private long _failed;
    private long _fallback;
    private long _rejected;

    public long Successful => Interlocked.Read(ref _successful);

    /// <summary>Includes those for which a fallback stood in, and those that were refused.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public long Fallback => Interlocked.Read(ref _fallback);

    public long Rejected => Interlocked.Read(ref _rejected);

    public void Add(ExecutionResult result)
    {
        switch (result)
        {
            case ExecutionResult.Success:
                Interlocked.Increment(ref _successful);
                break;
            case ExecutionResult.Fallback:
                Interlocked.Increment(ref _failed);
                Interlocked.Increment(ref _fallback);
                break;
            case ExecutionResult.Rejected:
                Interlocked.Increment(ref _failed);
                Interlocked.Increment(ref _rejected);
                break;
            case ExecutionResult.Failure:
                Interlocked.Increment(ref _failed);
                break;
        }
    }
}

/// <summary>How a run ended, as the label <c>result</c> says it.</summary>
internal enum ExecutionResult
{
    Success,
    Fallback,
    Failure,
    Rejected,
    Cancelled,
}
