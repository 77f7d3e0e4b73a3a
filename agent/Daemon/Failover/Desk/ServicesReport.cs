using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>All services, as the store has them.</summary>
/// <param name="Node">The node that tells it.</param>
/// <param name="At">When, by its wall clock.</param>
/// <param name="HasStore">True if this node takes part in decisions now.</param>
/// <param name="IsArmed">True if takeovers happen by themselves.</param>
/// <param name="ArmReason">Why not.</param>
/// <param name="Services">By name.</param>
public sealed record ServicesReport(
    NodeId Node, DateTimeOffset At, bool HasStore, bool IsArmed, string ArmReason, IReadOnlyList<ServiceLine> Services);
