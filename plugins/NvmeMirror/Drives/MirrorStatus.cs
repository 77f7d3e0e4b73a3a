using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Drives;

/// <summary>How the two halves are, as the cluster has certified it; the pool adds how far a copying has come.</summary>
internal sealed class MirrorStatus(Parts parts) : IReplicationStatus
{
    public async Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot read the copies of {unit}";
        if (parts.Check(unit) is { } wrong)
        {
            return wrong;
        }

        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        // Asked only for how far a copying has come: a pool whose writes wait answers after many seconds, and the certificate has
        // said already what the halves hold.
        var certificate = seen.Value.Certificate;
        var isCopied = parts.Tool.IsImported && certificate is not null && !(certificate.Covers(parts.Self) && certificate.Covers(parts.Peer));
        var view = isCopied ? await parts.Tool.StatusAsync(what, cancellation) : default(Outcome<PoolView>?);
        var copies = new[] { parts.Self, parts.Peer }.OrderBy(node => node.Value, StringComparer.Ordinal)
            .Select(node => Copy(node, certificate, view is { IsOk: true } pool ? pool.Value : null));
        return new ReplicationStatus(unit, parts.Time.GetUtcNow(), [.. copies]);
    }

    private static CopyStatus Copy(NodeId node, Certificate? certificate, PoolView? pool)
    {
        if (certificate is null or { IsBuilding: true })
        {
            return new CopyStatus(node, CopyState.Absent, LossEstimate.Unknown("the pool was never built"), null, "");
        }

        var said = certificate.ToString();
        if (certificate.HoldsAll(node))
        {
            return new CopyStatus(node, CopyState.InSync, new LossEstimate(LossConfidence.ProvenZero, null, $"certificate of {said}"), 0, said);
        }

        // A half is certified when a copying has ended, or a scrub where there is nothing to copy.
        return pool?.Scan is { IsRunning: true, Kind: "resilver" or "scrub" } scan
            ? new CopyStatus(node, CopyState.Resyncing, LossEstimate.Unknown($"certificate of {said}"), Math.Max(0, scan.Total - scan.Done), said)
            : new CopyStatus(node, CopyState.Outdated, LossEstimate.Unknown($"certificate of {said}"), null, said);
    }
}
