using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>What drills are made of.</summary>
/// <param name="Self">This node.</param>
/// <param name="Desk">Where the store is seen.</param>
/// <param name="Moves">Planned moves.</param>
/// <param name="UnitsOf">The units of a service that may run here.</param>
/// <param name="EvidenceAsync">The history of a unit on a node, as its storage shows it.</param>
/// <param name="Foresight">What would happen if a node died.</param>
/// <param name="Identity">Who this node is, with the key to sign; null: it is in no cluster.</param>
/// <param name="Book">Where reports are kept.</param>
/// <param name="History">For people.</param>
/// <param name="Time">The clocks.</param>
internal sealed record DrillParts(
    NodeId Self,
    FailoverDesk Desk,
    ServiceMoves Moves,
    Func<string, IReadOnlyList<UnitId>> UnitsOf,
    Func<NodeId, UnitId, CancellationToken, Task<Outcome<CopyHistory>>> EvidenceAsync,
    Foresight Foresight,
    Func<ClusterIdentity?> Identity,
    DrillBook Book,
    IHistory History,
    TimeProvider Time)
{
    /// <summary>Storage that keeps the copies of a unit itself; null if the agent does.</summary>
    public Func<UnitId, SynchronousBackend?> Synchronous { get; init; } = _ => null;
}
