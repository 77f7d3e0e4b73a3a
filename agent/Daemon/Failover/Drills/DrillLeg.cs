using NodeAgent.Contract;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>One way of a drill.</summary>
/// <param name="From">From where.</param>
/// <param name="To">To where.</param>
/// <param name="Epoch">The epoch that began with it.</param>
/// <param name="AwaySeconds">How long nobody ran the service.</param>
/// <param name="TookSeconds">From the order until it ran there.</param>
/// <param name="Seen">What the store showed meanwhile.</param>
/// <param name="Checks">Whether everything came along, volume by volume; none: it has no data in copies.</param>
public sealed record DrillLeg(
    NodeId From, NodeId To, Epoch Epoch, double AwaySeconds, double TookSeconds, IReadOnlyList<OrderStep> Seen, IReadOnlyList<DrillCheck> Checks);
