using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a host said when it started.</summary>
internal sealed class StartLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyCollection<string> Warnings => [.. from line in _lines where line.Level >= LogLevel.Warning select line.Text];

    /// <summary>The framework's lines about what it protects.</summary>
    public IEnumerable<string> Protected =>
        from line in _lines
        where line.Level == LogLevel.Information && line.Text.Contains("Not covered:", StringComparison.Ordinal)
        select line.Text;

    /// <summary>The framework's lines about consumers that nothing protects.</summary>
    public IEnumerable<string> Unprotected => Warnings.Where(static warning => warning.StartsWith("No service profile protects", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue((logLevel, formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
