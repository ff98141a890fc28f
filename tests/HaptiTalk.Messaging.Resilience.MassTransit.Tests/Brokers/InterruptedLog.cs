using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A log in whose writing a test can do something else.</summary>
internal sealed class InterruptedLog : ILoggerProvider, ILogger
{
    private volatile Action<string> _onLine = static _ => { };

    public Action<string> OnLine
    {
        set => _onLine = value;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _onLine(formatter(state, exception));

    public void Dispose()
    {
    }
}
