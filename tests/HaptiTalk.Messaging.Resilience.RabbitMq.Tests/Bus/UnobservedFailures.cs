using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// Failures of this framework's tasks, and of those that MassTransit handed it, that were collected without anybody having looked
/// at them. What MassTransit and the client of RabbitMQ leave behind of their own connections, with this framework or without, is
/// not among them.
/// </summary>
internal sealed class UnobservedFailures : IDisposable
{
    // A task's type names the method it belongs to and, where that takes or returns a message, the message.
    private const string Ours = "HaptiTalk.";

    // It asks MassTransit for the connection by itself: what it provokes is this framework's, whatever task it ends in.
    private const string Watch = "BrokerWatch";

    private readonly ConcurrentQueue<string> _failures = new();

    public UnobservedFailures()
    {
        // What earlier tests have left is theirs.
        CollectGarbage();
        TaskScheduler.UnobservedTaskException += Note;
    }

    /// <summary>Each kind once, with how many there were: there may be as many as calls.</summary>
    public IReadOnlyCollection<string> Collect()
    {
        CollectGarbage();
        return [.. _failures.GroupBy(static failure => failure, StringComparer.Ordinal).Select(static kind => $"{kind.Count()} x {kind.Key}")];
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private void Note(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        // The failure itself may have come through this framework, and been seen to, on another way.
        string task = $"{sender?.GetType()}";
        if (task.Contains(Ours, StringComparison.Ordinal) || unobserved.Exception.ToString().Contains(Watch, StringComparison.Ordinal))
            _failures.Enqueue($"{task}: {unobserved.Exception.InnerException}");
    }

    // Twice, for a task that only another's finalizer lets go.
    private static void CollectGarbage()
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
