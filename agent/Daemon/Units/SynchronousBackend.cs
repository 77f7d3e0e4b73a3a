using NodeAgent.Contract;
using NodeAgent.Core.Views;

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
        return copy is not null && HoldsAll(copy) ? Outcome.Done : new Fault(
            FaultCode.WouldLoseWrites, $"unit {unit} cannot be written on {node}",
            copy is null ? $"{node} keeps no copy of it" : $"the copy on {node} is {copy.State}: {copy.Loss.Evidence}",
            "Wait until it is in sync: 'nodeagent status'.", Retry.Later);
    }

    /// <summary>
    /// What a node offers. Who wrote last may be able to go on although no node alone holds everything: with what both hold
    /// together. Its storage says whether; where a node holds everything, that one comes first. Null: nothing.
    /// </summary>
    public async Task<Offer?> OfferAsync(UnitId unit, NodeId node, Epoch epoch, bool wroteLast, CancellationToken cancellation)
    {
        var status = await Status.ReadStatusAsync(unit, cancellation);
        if (!status.IsOk)
        {
            return null;
        }

        if (status.Value.Copies.Any(HoldsAll))
        {
            return status.Value.Copies.Any(copy => copy.Node == node && HoldsAll(copy)) ? Offer.InSync(epoch) : null;
        }

        return wroteLast && await Roles.PlanPromoteAsync(unit, cancellation) is { IsOk: true, Value.Blockers.Count: 0 } ? Offer.Head(epoch) : null;
    }

    private static bool HoldsAll(CopyStatus copy) => copy is { State: CopyState.InSync, Loss.Confidence: LossConfidence.ProvenZero };
}
