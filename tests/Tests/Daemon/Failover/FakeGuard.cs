using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Guards;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A guard with a watchdog that was read back; remembers the last deadline.</summary>
internal sealed class FakeGuard : IGuard
{
    private Action<Func<NodeInput>> told = _ => { };

    public bool IsAttested { get; init; } = true;

    public Instant? Deadline { get; private set; }

    public void FeedUntil(Instant deadline, long session)
    {
        Deadline = Deadline > deadline ? Deadline : deadline;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
    }

    public void StandDown(long session)
    {
        Deadline = null;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
    }

    public Task<Instant?> CountsUntilAsync(CancellationToken cancellation) => Task.FromResult(Deadline);

    public Task WatchAsync(Action<Func<NodeInput>> told, CancellationToken cancellation)
    {
        this.told = told;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
        return Task.CompletedTask;
    }
}
