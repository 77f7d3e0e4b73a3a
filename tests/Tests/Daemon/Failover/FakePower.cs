using NodeAgent.Daemon.Failover;
using NodeAgent.Linux.Power;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>Resets nothing, and remembers what was to happen.</summary>
internal sealed class FakePower : INodeReset, IResetNote, IHistory
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public string? Reason { get; private set; }

    public string? Noted { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public void Reset(string reason) => Reason = reason;

    public Task WriteAsync(string reason, TimeSpan limit, CancellationToken cancellation)
    {
        Noted = reason;
        return Task.CompletedTask;
    }

    public void Tell(string kind, string subject, string text)
    {
        lock (gate)
        {
            lines.Add($"{kind} {subject}: {text}");
        }
    }
}
