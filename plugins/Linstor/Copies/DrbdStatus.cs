using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Roles;

namespace NodeAgent.Plugins.LinstorBackend.Copies;

/// <summary>How the two copies are, as the cluster has certified it; the kernel adds how far a copying has come, and may only make it worse.</summary>
internal sealed class DrbdStatus(Parts parts) : IReplicationStatus
{
    public async Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot read the copies of {unit}";
        var resource = parts.Find(unit);
        var seen = resource.IsOk ? await resource.Value.Book.ReadAsync(what, cancellation) : resource.Fault;
        var look = seen.IsOk ? await parts.Tool.FindAsync(unit.Name, what, cancellation) : seen.Fault;
        return look.Map(state => new ReplicationStatus(
            unit, parts.Time.GetUtcNow(),
            [.. new[] { parts.Self, parts.Peer }.OrderBy(node => node.Value, StringComparer.Ordinal).Select(node => Copy(node, seen.Value.Certificate, state))])
            {
                LeaveBecause = LeaveBecause(seen.Value.Certificate, state),
            });
    }

    // Only what the certificate says already: the other copy alone is whole, and gets every write.
    private string? LeaveBecause(Certificate? certificate, ResourceState? state) =>
        certificate is not null && certificate.Writer == parts.Self && certificate.Covers(parts.Peer) && !certificate.Covers(parts.Self) && certificate.GivingWay is null
            && state is { IsPrimary: true, IsStill: false, IsConnected: true, IsPeerUpToDate: true, PeerRole: "Secondary", Odd: null }
            && state.Volumes.Any(volume => volume.Disk is "Diskless" or "Failed")
                ? $"its disk on {parts.Self} has failed: {state.Name} is read and written over the network, on the copy of {parts.Peer} alone" : null;

    private CopyStatus Copy(NodeId node, Certificate? certificate, ResourceState? state)
    {
        if (certificate is null)
        {
            return new CopyStatus(node, CopyState.Absent, LossEstimate.Unknown("the resource was never adopted"), null, "");
        }

        // A resource that is down says nothing against its copy: a promotion brings it up and looks again.
        var native = state?.ToString() ?? "down";
        if (state is { Odd: { } odd })
        {
            return new CopyStatus(node, CopyState.Unknown, LossEstimate.Unknown(odd), null, native);
        }

        var isSelf = node == parts.Self;
        if (isSelf && state is { IsConsistent: false })
        {
            return new CopyStatus(
                node, state.Volumes.Any(volume => volume.Replication is "SyncTarget" or "PausedSyncT") ? CopyState.Resyncing : CopyState.Inconsistent,
                LossEstimate.Unknown($"the kernel says {native}"), state.OutOfSyncBytes, native);
        }

        if (certificate.Covers(node))
        {
            return new CopyStatus(node, CopyState.InSync, Verdict.Loss(node, certificate), 0, native);
        }

        var isCopied = state is not null && state.Volumes.Any(volume => volume.Replication is "SyncSource" or "PausedSyncS" or "SyncTarget" or "PausedSyncT");
        return new CopyStatus(
            node, isCopied ? CopyState.Resyncing : CopyState.Outdated, Verdict.Loss(node, certificate), isCopied ? state!.OutOfSyncBytes : null, $"{native}; certificate of {certificate}");
    }
}
