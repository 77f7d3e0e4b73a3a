using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Guards;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A guard with a watchdog that was read back; remembers the last deadline.</summary>
internal sealed class FakeGuard : IGuard
{
    private Action<bool, bool> told = (_, _) => { };

    public bool IsAttested { get; init; } = true;

    public Instant? Deadline { get; private set; }

    public void FeedUntil(Instant deadline)
    {
        Deadline = deadline;
        told(IsAttested, true);
    }

    public void StandDown()
    {
        Deadline = null;
        told(IsAttested, false);
    }

    public Task WatchAsync(Action<bool, bool> told, CancellationToken cancellation)
    {
        this.told = told;
        told(IsAttested, false);
        return Task.CompletedTask;
    }
}
