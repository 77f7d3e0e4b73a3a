using NodeAgent.Contract;
using NodeAgent.Linux.Guard;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>How the guard stood when it was last asked.</summary>
/// <param name="Status">What it said; null: nothing, or never.</param>
/// <param name="Objection">Why its watchdog proves nothing to others; null: it does.</param>
internal sealed record GuardReport(GuardStatus? Status, Fault? Objection)
{
    /// <summary>True if the end of the lease proves that this node writes no more.</summary>
    public bool IsAttested => Objection is null;

    /// <summary>True if a deadline counts.</summary>
    public bool IsArmed => Status?.Phase == GuardPhase.Armed;
}
