using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a host warned of.</summary>
internal sealed class StartLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _warnings = new();

    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>The framework's lines about consumers that nothing protects.</summary>
    public IEnumerable<string> Unprotected => _warnings.Where(static warning => warning.StartsWith("No service profile protects", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _warnings.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
