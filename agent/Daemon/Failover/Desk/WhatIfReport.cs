using NodeAgent.Contract;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What would happen if a node died now.</summary>
/// <param name="Node">The node.</param>
/// <param name="Lease">After how many seconds of silence its services are taken at the latest.</param>
/// <param name="Services">Its services, with what would become of each.</param>
public sealed record WhatIfReport(NodeId Node, double Lease, IReadOnlyList<ServiceLine> Services)
{
    /// <summary>Why the cluster store could decide nothing without it, whoever has services; null: it could.</summary>
    public string? Store { get; init; }

    /// <summary>Whether what is used on all nodes would fit on the others.</summary>
    public IReadOnlyList<ReserveLine> Reserve { get; init; } = [];
}
