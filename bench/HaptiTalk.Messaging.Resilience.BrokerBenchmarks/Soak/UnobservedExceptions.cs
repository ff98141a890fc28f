using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// Exceptions of tasks that nobody looked at. The runtime tells of them when such a task is finalized, so that is forced.
/// </summary>
internal sealed partial class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<string> _texts = new();

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    /// <summary>Those with the framework anywhere in them: on a stack, as a type, wrapped or wrapping.</summary>
    public IEnumerable<string> Ours => _texts.Where(static text => Framework().IsMatch(text));

    public int Count => _texts.Count;

    /// <summary>Each once, with how often it came.</summary>
    public IEnumerable<(string Text, int Times)> All =>
        _texts.CountBy(static text => text, StringComparer.Ordinal).Select(static counted => (counted.Key, counted.Value));

    public static void Force()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        unobserved.SetObserved();
        // The task's type names the method that it is of.
        _texts.Enqueue($"{sender?.GetType()}: {unobserved.Exception}");
    }

    // This program's own names begin with the framework's.
    [GeneratedRegex(
        @"HaptiTalk\.Messaging\.Resilience\.(?!Brokers\.|BrokerBenchmarks\.)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Framework();
}
