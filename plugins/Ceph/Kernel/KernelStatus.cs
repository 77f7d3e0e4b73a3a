using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What each node could go on with: all of it, for there is one copy, which the cluster keeps. Not known without a quorum.</summary>
internal sealed class KernelStatus(UnitGate gate) : IReplicationStatus
{
    /// <inheritdoc/>
    public Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot read the state of {unit}";
        return gate.LookAsync(unit, what, (_, e) => e.Unit is null ? UnitGate.Absent(unit, what) : Status(unit, e.Unit.Record), cancellation);
    }

    private Outcome<ReplicationStatus> Status(UnitId unit, UnitRecord record)
    {
        var native = record.Told;
        var loss = new LossEstimate(LossConfidence.ProvenZero, null, "one copy that all nodes share: what was acknowledged is in it");
        return new ReplicationStatus(unit, gate.Context.Time.GetUtcNow(), [.. gate.Options.Nodes.Select(node => new CopyStatus(node, CopyState.InSync, loss, 0, native))]);
    }
}
