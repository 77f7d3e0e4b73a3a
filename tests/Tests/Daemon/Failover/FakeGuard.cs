using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Guards;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A guard with a watchdog that was read back; remembers the last deadline.</summary>
internal sealed class FakeGuard : IGuard
{
    private Action<Func<NodeInput>> told = _ => { };
    private long session;

    public bool IsAttested { get; init; } = true;

    public Instant? Deadline { get; private set; }

    /// <summary>No deadline further ahead is believed.</summary>
    public TimeSpan LongestLease { get; set; } = TimeSpan.FromSeconds(120);

    public void FeedUntil(Instant deadline, long session)
    {
        this.session = session;
        Deadline = Deadline > deadline ? Deadline : deadline;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
    }

    public void StandDown(long session)
    {
        Deadline = null;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
    }

    /// <summary>How many questions it leaves without an answer.</summary>
    public int Silent { get; set; }

    /// <summary>What it counts for another stay than the one it was told; null: for that.</summary>
    public long? CountsFor { get; set; }

    public Task<Outcome<GuardCount?>> CountAsync(CancellationToken cancellation) => Task.FromResult(
        Silent-- > 0 ? new Fault(FaultCode.TimedOut, "cannot ask the guard", "it did not answer", "Wait.", Retry.Later)
        : Outcome.Ok(Deadline is { } deadline ? new GuardCount(deadline, CountsFor ?? session, LongestLease) : null));

    public Task WatchAsync(Action<Func<NodeInput>> told, CancellationToken cancellation)
    {
        this.told = told;
        told(() => new NodeInput.GuardTold(IsAttested, Deadline is not null));
        return Task.CompletedTask;
    }
}
