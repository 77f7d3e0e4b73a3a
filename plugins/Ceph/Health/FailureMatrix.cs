using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>
/// What each failure would do to a cluster as it is now. How many copies or chunks go with a host is what the pool's CRUSH rule allows.
/// </summary>
internal static class FailureMatrix
{
    public static IReadOnlyList<StorageFailure> Of(ClusterState state)
    {
        var hosts = state.Hosts.ToList();
        var lost = LostHosts(state);
        return
        [
            Disks(state, lost),
            Hosts(state, hosts, lost, 1),
            Hosts(state, hosts, lost, 2),
            Monitors(state, 1),
            Monitors(state, 2),
            FullDisk(state),
        ];
    }

    private static int LostHosts(ClusterState state) => state.Hosts.Count(h => h.Any(o => !o.IsUp || o.IsSilent));

    private static StorageFailure Disks(ClusterState state, int lost)
    {
        var (data, writes) = Losing(state, lost, 1);
        var alone = state.Hosts.Any(h => h.Count() == 1);
        return new StorageFailure(
            "one disk", data, writes, Impact(state, lost, 1),
            alone
                ? "Its pool runs with less redundancy. A host with a single disk has no other to rebuild on: repair needs the disk back, or a host more than copies."
                : "After mon_osd_down_out_interval (600 s by default) its data is rebuilt on the host's other disks.",
            "Replace the disk: ceph osd ok-to-stop, then destroy and create anew.");
    }

    private static StorageFailure Hosts(ClusterState state, List<IGrouping<string, OsdState>> hosts, int lost, int count)
    {
        var (data, writes) = Losing(state, lost + count, 0);
        var widest = state.Pools.Select(p => (int)Math.Ceiling((double)p.Size / (p.PerHost ?? 1))).DefaultIfEmpty(0).Max();
        var (hasNode, reserve) = (hosts.Count - lost - count >= widest, Reserve.Of(state));
        return new StorageFailure(
            count == 1 ? "one node" : "two nodes", data, writes, Impact(state, lost + count, 0),
            hasNode && reserve is null
                ? "Whether its data is rebuilt on the other nodes is not known: the manager does not tell how full the disks are."
                : hasNode && reserve!.IsKept
                ? "After mon_osd_down_out_interval (600 s by default) its data is rebuilt on the other nodes."
                : "Nothing is rebuilt: there is no node more than copies, or not enough room. Redundancy comes back with the node.",
            data == Answer.No
                ? "Bring a node back with its disks; if they are gone, restore from the shadow or a backup."
                : "Bring the node back. Until then do not stop another.");
    }

    private static StorageFailure Monitors(ClusterState state, int count)
    {
        var left = state.Quorum.Count - count;
        var keeps = left > state.Monitors / 2;
        var name = count == 1 ? "one monitor" : "two monitors";
        return keeps
            ? new StorageFailure(name, Answer.Yes, Answer.Yes, "Nothing is felt.", "The others go on.", "Bring it back: one less may be lost now.")
            : new StorageFailure(
                name, Answer.Yes, Answer.Unknown,
                "Clients that are connected go on reading and writing; none can connect, no writer can change, a failed disk is not noticed.",
                "Nothing until a majority is back; then all goes on within seconds.",
                "Bring monitors back. NodeAgent changes no writer meanwhile, and that is right: it could not shut the old one out.");
    }

    private static StorageFailure FullDisk(ClusterState state)
    {
        var used = state.Osds.Where(o => o.IsIn && o.Bytes is not 0).Select(o => (double?)o.UsedBytes / o.Bytes).ToList();
        var fullest = used.Contains(null) ? "how full the fullest is, nobody tells"
            : string.Create(CultureInfo.InvariantCulture, $"the fullest is at {used.DefaultIfEmpty(0).Max():P0}");
        return new StorageFailure(
            "a full disk", Answer.Yes, Answer.No,
            string.Create(CultureInfo.InvariantCulture, $"Every pool with data on it stops taking writes at {state.Full:P0}; {fullest}."),
            "Reading goes on. Writes wait, and go on when there is room.",
            "Delete data or snapshots, or add disks. Raise the ratio only to be able to delete: ceph osd set-full-ratio.");
    }

    // What a pool loses: all that its rule puts on the hosts, and one for each disk. Null: its rule is not known, and hosts are lost.
    private static int? Losses(PoolState pool, int hosts, int disks) => hosts == 0 ? disks : (pool.PerHost * hosts) + disks;

    private static (Answer Data, Answer Writes) Losing(ClusterState state, int hosts, int disks)
    {
        return (All(pool => pool.Survives), All(pool => pool.WritesWithout));

        Answer All(Func<PoolState, int> most) => state.Pools.Any(pool => Losses(pool, hosts, disks) > most(pool)) ? Answer.No
            : state.Pools.Count == 0 || state.Pools.Any(pool => Losses(pool, hosts, disks) is null) ? Answer.Unknown : Answer.Yes;
    }

    private static string Impact(ClusterState state, int hosts, int disks)
    {
        var parts = new List<string>();
        Add("Loses data", (pool, losses) => pool.Survives < losses);
        Add("Stops until repaired", (pool, losses) => pool.Survives >= losses && pool.WritesWithout < losses);
        Add("Goes on with no redundancy left", (pool, losses) => pool.Survives == losses && pool.WritesWithout >= losses);
        Add("Goes on", (pool, losses) => pool.Survives > losses && pool.WritesWithout >= losses);
        Add("Nobody knows, for how its CRUSH rule spreads it over hosts is not known", (_, losses) => losses is null);
        return string.Join(' ', parts);

        void Add(string what, Func<PoolState, int?, bool> isSo)
        {
            if (state.Pools.Where(pool => isSo(pool, Losses(pool, hosts, disks))).ToList() is { Count: > 0 } some)
            {
                parts.Add($"{what}: {string.Join(", ", some.Select(pool => pool.Name))}.");
            }
        }
    }
}
