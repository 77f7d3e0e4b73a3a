using System.Collections.Concurrent;
using System.Threading.Channels;

using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

/// <summary>A backend's log; a fixture says "entered" in it, and a test waits for that.</summary>
internal sealed class RecordingLog : IBackendLog
{
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> all = new();

    public IReadOnlyCollection<string> Lines => all;

    public void Write(Severity severity, string message)
    {
        all.Enqueue(message);
        lines.Writer.TryWrite(message);
    }

    public Task<string> LineAsync() => lines.Reader.ReadAsync().AsTask();
}
