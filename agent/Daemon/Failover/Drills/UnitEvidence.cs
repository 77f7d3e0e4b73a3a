using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>Reads what storage shows of a unit, here or on a peer. Changes nothing.</summary>
internal sealed class UnitEvidence(UnitWorld world, ClusterSeat seat)
{
    /// <summary>The unit's history on a node.</summary>
    public async Task<Outcome<CopyHistory>> ReadAsync(NodeId node, UnitId unit, CancellationToken cancellation)
    {
        if (node == world.Self)
        {
            return await HereAsync(world, unit, cancellation);
        }

        return seat.Node?.Links.All.FirstOrDefault(link => link.Node == node) is { } link
            ? await link.CallAsync<CopyHistory>(HttpMethod.Post, EvidenceEndpoint.Route, new EvidenceEndpoint.OfUnit(unit), cancellation)
            : new Fault(FaultCode.PeerUnavailable, $"cannot ask {node} about unit {unit}", "it is no peer of this node", "nodeagent cluster members", Retry.AfterFix);
    }

    /// <summary>The unit's history on this node.</summary>
    public static async Task<Outcome<CopyHistory>> HereAsync(UnitWorld world, UnitId unit, CancellationToken cancellation) =>
        world.Replicated(unit.Backend) is { } backend
            ? await backend.Streams.ReadHistoryAsync(unit, cancellation)
            : UnitFaults.NoBackend(unit.Backend.Value, world.Backends().Keys);
}
