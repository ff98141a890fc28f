using Microsoft.AspNetCore.Http;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One change of a queue at a time: two would take each other's messages.</summary>
internal sealed class BusyQueues
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _busy = new(StringComparer.Ordinal);

    /// <param name="queue">The queue.</param>
    /// <param name="by">What is done to it, for the second caller.</param>
    /// <returns>The answer for the second caller; null when the queue is now taken, until <see cref="Release"/>.</returns>
    public IResult? Take(string queue, string by)
    {
        lock (_gate)
        {
            return _busy.TryAdd(queue, by)
                ? null
                : Problems.Of(StatusCodes.Status409Conflict, $"'{queue}' is being changed already: {_busy[queue]}. Wait for it, or stop it. Nothing has changed.");
        }
    }

    public void Release(string queue)
    {
        lock (_gate)
            _busy.Remove(queue);
    }
}
