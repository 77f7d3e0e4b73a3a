using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Status;

/// <summary>The state of the cluster as one node can tell it: one screen, or JSON.</summary>
/// <param name="ApiVersion">The version of this shape; within one, members are only added.</param>
/// <param name="Cluster">The cluster's name; null if this node is in none.</param>
/// <param name="Node">The node that tells it.</param>
/// <param name="At">When, by its wall clock.</param>
/// <param name="Verdict">The worst of all.</param>
/// <param name="Problems">What is wrong and what to do, the worst first.</param>
/// <param name="Nodes">All members.</param>
/// <param name="Units">All units that any reachable node knows.</param>
public sealed record ClusterStatus(
    string ApiVersion,
    string? Cluster,
    NodeId Node,
    DateTimeOffset At,
    HealthLevel Verdict,
    IReadOnlyList<Problem> Problems,
    IReadOnlyList<NodeLine> Nodes,
    IReadOnlyList<UnitLine> Units)
{
    /// <summary>What fails over, as the cluster store has it; none without a store.</summary>
    public IReadOnlyList<ServiceLine> Services { get; init; } = [];

    /// <summary>Whether the other nodes could carry the loss of the largest; none where there is no other machine.</summary>
    public IReadOnlyList<ReserveLine> Reserve { get; init; } = [];
}
