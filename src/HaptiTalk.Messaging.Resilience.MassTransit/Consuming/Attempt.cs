namespace HaptiTalk.Messaging.Resilience;

/// <summary>One go at consuming a delivery.</summary>
internal sealed class Attempt(int number, ReplyGate gate)
{
    private readonly List<Task> _tasks = [];
    private volatile bool _isAbandoned;

    /// <summary>0 for the first go.</summary>
    public int Number { get; } = number;

    public ReplyGate Gate { get; } = gate;

    /// <summary>The consumer that failed, as MassTransit names it.</summary>
    public string? FaultedConsumer { get; set; }

    /// <summary>Its time is over and somebody else answers: what it still does is not heard.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Sends that the consumer has not awaited itself.</summary>
    public Task TasksCompleted
    {
        get
        {
            lock (_tasks)
                return _tasks.Count == 0 ? Task.CompletedTask : Task.WhenAll(_tasks);
        }
    }

    public void Abandon() => _isAbandoned = true;

    public void AddTask(Task task)
    {
        lock (_tasks)
            _tasks.Add(task);
    }

    public bool TryReply()
    {
        if (!_isAbandoned)
            return Gate.TryClaim();

        Gate.Suppressed();
        return false;
    }
}
