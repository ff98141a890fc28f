namespace HaptiTalk.Messaging.Resilience;

/// <summary>One go at consuming a delivery.</summary>
internal sealed class Attempt(int number, ReplyGate gate)
{
    private readonly Lock _lock = new();
    private volatile bool _isAbandoned;

    // As a rule there is one, the reply.
    private Task? _task;
    private List<Task>? _more;

    /// <summary>0 for the first go.</summary>
    public int Number { get; } = number;

    public ReplyGate Gate { get; } = gate;

    /// <summary>Null as long as no consumer has said that it failed.</summary>
    public ConsumerFault? Fault { get; set; }

    /// <summary>A consumer has failed, but what is around it took no notice: nothing is repeated, and nothing goes to the error queue.</summary>
    public bool IsSwallowed { get; set; }

    /// <summary>Its time is over and somebody else answers: what it still does is not heard.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Sends that the consumer has not awaited itself.</summary>
    public Task TasksCompleted
    {
        get
        {
            lock (_lock)
                return _more is null ? _task ?? Task.CompletedTask : Task.WhenAll([_task!, .. _more]);
        }
    }

    public void Abandon()
    {
        _isAbandoned = true;
        Gate.Close();
    }

    public void AddTask(Task task)
    {
        lock (_lock)
        {
            if (_task is null)
                _task = task;
            else
                (_more ??= []).Add(task);
        }
    }

    public bool TryReply(Type type) => Gate.TryReply(this, type);
}
