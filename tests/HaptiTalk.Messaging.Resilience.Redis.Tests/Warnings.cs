using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Redis.Tests;

/// <summary>What a host logged as a warning or worse, whoever did.</summary>
internal sealed class Warnings : ConcurrentQueue<string>, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(Warnings warnings, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && !category.StartsWith("MassTransit", StringComparison.Ordinal))
                warnings.Enqueue(formatter(state, exception));
        }
    }
}
