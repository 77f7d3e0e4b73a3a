namespace NodeAgent.Contract;

/// <summary>
/// The cluster of storage below a backend, as this node itself sees it: what the cluster's own metrics cannot tell. What is
/// not known is left out, never guessed.
/// </summary>
public sealed record StorageClusterSight
{
    /// <summary>How long it took to answer at the last look.</summary>
    public TimeSpan? Answered { get; init; }

    /// <summary>How many monitors there are to be.</summary>
    public int? Monitors { get; init; }

    /// <summary>How many of them agree now; 0 without a quorum.</summary>
    public int? MonitorsInQuorum { get; init; }

    /// <summary>Raw bytes that the largest node holds, to be rebuilt elsewhere if it is lost.</summary>
    public long? RebuildNeededBytes { get; init; }

    /// <summary>Raw bytes that the other nodes can take before they are near full.</summary>
    public long? RebuildFreeBytes { get; init; }

    /// <summary>Client instances that are shut out now.</summary>
    public int? ShutOutClients { get; init; }

    /// <summary>Operations that wait for longer than the cluster thinks well; 0 if none does.</summary>
    public long? SlowOperations { get; init; }

    /// <summary>Calls of this node into the storage's library that were given up and have not come back.</summary>
    public int? CallsLeftBehind { get; init; }

    /// <summary>How much is done of the full compare of snapshots that is under way, 0 to 1; null if none is.</summary>
    public double? CompareProgress { get; init; }

    /// <summary>When this node's last full compare of snapshots ended; null if none did.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>True if a full compare found a change that the list of changed extents does not tell; null if none ended.</summary>
    public bool? CompareDiffers { get; init; }

    /// <summary>The backend's pools by name, true if how they are laid out is a permanent risk.</summary>
    public IReadOnlyDictionary<string, bool> PoolsAtRisk { get; init; } = new Dictionary<string, bool>();

    /// <summary>How mirroring to other sites was at the last look; null if it cannot be told, or the storage does not do it.</summary>
    public SiteSight? Sites { get; init; }

    /// <summary>What failures would do to it as it is now; empty if that cannot be told.</summary>
    public IReadOnlyList<StorageFailure> Failures { get; init; } = [];
}
