using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What draining a node would mean.</summary>
/// <param name="Node">The node.</param>
/// <param name="Services">The services that it has, and what would become of each.</param>
/// <param name="Storage">What its absence would mean for storage that nodes serve; with an objection the drain is refused.</param>
public sealed record DrainPlan(NodeId Node, IReadOnlyList<DrainMove> Services, IReadOnlyList<StorageAbsence> Storage);
