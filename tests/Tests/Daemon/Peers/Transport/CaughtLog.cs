using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>Keeps every log line, of every level.</summary>
internal sealed class CaughtLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // Nobody else listens.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception) + exception);

    public void Dispose()
    {
        // Nothing is held.
    }
}
