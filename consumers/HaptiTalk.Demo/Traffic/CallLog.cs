using System.Collections.Concurrent;

namespace HaptiTalk.Demo;

/// <summary>Every call that has ended.</summary>
internal sealed class CallLog
{
    private readonly ConcurrentQueue<Call> _calls = new();

    public IReadOnlyCollection<Call> Calls => _calls;

    public void Add(Call call) => _calls.Enqueue(call);
}
