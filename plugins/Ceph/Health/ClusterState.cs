namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>A cluster as its parts tell it, at one look.</summary>
/// <param name="Release">"pacific".</param>
/// <param name="Verdict">The cluster's own word: "HEALTH_OK". Kept by monitors that lost their quorum, so never enough.</param>
/// <param name="Checks">The names of its own findings with their sentences.</param>
/// <param name="Monitors">How many there are to be.</param>
/// <param name="Quorum">Names of those that agree now; empty without a quorum.</param>
/// <param name="HasManager">False if none is active or it does not answer: figures may be old.</param>
/// <param name="Osds">Its disks.</param>
/// <param name="Groups">Placement groups by state.</param>
/// <param name="Pools">Its pools.</param>
/// <param name="Recovery">What is being repaired; null if nothing.</param>
/// <param name="Bytes">Raw size.</param>
/// <param name="UsedBytes">Raw use.</param>
/// <param name="NearFull">The part of a disk from which Ceph warns.</param>
/// <param name="Full">The part of a disk from which nothing is written.</param>
internal sealed record ClusterState(
    string Release,
    string Verdict,
    IReadOnlyDictionary<string, string> Checks,
    int Monitors,
    IReadOnlyList<string> Quorum,
    bool HasManager,
    IReadOnlyList<OsdState> Osds,
    IReadOnlyDictionary<string, int> Groups,
    IReadOnlyList<PoolState> Pools,
    RecoveryState? Recovery,
    long Bytes,
    long UsedBytes,
    double NearFull,
    double Full)
{
    /// <summary>Client instances that the disks refuse now; null if the map was not read.</summary>
    public int? ShutOutClients { get; init; }

    /// <summary>Operations that wait for longer than the cluster thinks well.</summary>
    public long SlowOperations { get; init; }

    public bool HasQuorum => Quorum.Count > Monitors / 2;

    /// <summary>Placement groups that serve nobody: some of the data cannot be read or written now.</summary>
    public int Inactive => Groups.Where(g => !g.Key.Split('+').Contains("active", StringComparer.Ordinal)).Sum(g => g.Value);

    /// <summary>Hosts that hold disks, by name.</summary>
    public IEnumerable<IGrouping<string, OsdState>> Hosts =>
        Osds.Where(o => o.IsIn).GroupBy(o => o.Host, StringComparer.Ordinal).OrderBy(h => h.Key, StringComparer.Ordinal);
}
