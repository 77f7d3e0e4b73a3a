namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>Whether the raw room left after the loss of the largest node holds what is stored now.</summary>
/// <param name="NeededBytes">Raw bytes to keep free: the largest node's share of the data, rebuilt elsewhere.</param>
/// <param name="FreeBytes">Raw bytes that the other nodes can still take before Ceph warns of them.</param>
internal sealed record Reserve(long NeededBytes, long FreeBytes)
{
    public bool IsKept => FreeBytes >= NeededBytes;

    /// <summary>Null while the size or the use of a disk is not known: taken for nothing, it would be a wrong answer.</summary>
    public static Reserve? Of(ClusterState state)
    {
        if (state.Osds.Any(o => o is { IsIn: true, Bytes: null } or { IsIn: true, UsedBytes: null }))
        {
            return null;
        }

        var hosts = state.Hosts.Select(h => (Bytes: h.Sum(o => o.Bytes!.Value), Used: h.Sum(o => o.UsedBytes!.Value))).OrderByDescending(h => h.Bytes).ToList();
        return hosts.Count == 0
            ? new Reserve(0, 0)
            : new Reserve(hosts[0].Used, hosts.Skip(1).Sum(h => Math.Max(0, (long)(h.Bytes * state.NearFull) - h.Used)));
    }
}
