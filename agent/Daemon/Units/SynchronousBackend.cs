using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units;

/// <summary>A backend whose storage keeps the copies itself, and knows which of them hold everything that was acknowledged.</summary>
/// <param name="Roles">Who writes its units.</param>
/// <param name="Status">What its copies hold.</param>
public sealed record SynchronousBackend(IRoles Roles, IReplicationStatus Status)
{
    /// <summary>The backend as such; null if it lacks one of these abilities, or if the host copies its units by streams.</summary>
    public static SynchronousBackend? From(IBackend backend) =>
        backend.Ability<IReplicationStreams>() is null && backend.Ability<IRoles>() is { } roles && backend.Ability<IReplicationStatus>() is { } status
            ? new SynchronousBackend(roles, status)
            : null;

    /// <summary>
    /// Done if a node holds everything that was acknowledged. A fault if it does not, and also if nobody can say: what is
    /// not proven is not there.
    /// </summary>
    public async Task<Outcome> HoldsAllAsync(UnitId unit, NodeId node, CancellationToken cancellation)
    {
        var status = await Status.ReadStatusAsync(unit, cancellation);
        if (!status.IsOk)
        {
            return status.Fault;
        }

        var copy = status.Value.Copies.FirstOrDefault(copy => copy.Node == node);
        return copy is { State: CopyState.InSync, Loss.Confidence: LossConfidence.ProvenZero } ? Outcome.Done : new Fault(
            FaultCode.WouldLoseWrites, $"unit {unit} cannot be written on {node}",
            copy is null ? $"{node} keeps no copy of it" : $"the copy on {node} is {copy.State}: {copy.Loss.Evidence}",
            "Wait until it is in sync: 'nodeagent status'.", Retry.Later);
    }
}
