using static NodeAgent.Daemon.Metrics.Definitions;

namespace NodeAgent.Daemon.Metrics;

/// <summary>What a node itself sees of a cluster of storage, beside what that cluster exposes of itself.</summary>
internal static class StorageClusterDefinitions
{
    private const string Name = "Clusters of storage";
    private const int Most = 16;
    private const int MostUnits = 500;

    public static IEnumerable<MetricDefinition> Section()
    {
        yield return Gauge(
            Name, MetricNames.StorageAnswer,
            "Time that the storage's cluster took to answer this node at the last look; absent when it did not.",
            "seconds", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageMonitors,
            "Monitors that the storage's cluster is to have.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageMonitorsInQuorum,
            "Monitors that agree, as this node sees it; 0 without a quorum, whatever the cluster's own health says.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageRebuildNeeded,
            "Raw bytes on the largest node of the storage's cluster: what the others must take if it is lost.",
            "bytes", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageRebuildFree,
            "Raw bytes that the other nodes can take before they are near full.",
            "bytes", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageShutOutClients,
            "Client instances that the storage refuses now, such as those of old writers.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageSlowOperations,
            "Operations that wait in the storage's cluster for longer than it thinks well, at the last look.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageCallsLeftBehind,
            "Calls of this node into the storage's library that were given up at their deadline and have not come back.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageCompareProgress,
            "How much is done of the full compare of two snapshots with the list of changed extents that is under way; absent when none is.",
            "ratio", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageCompareLast,
            "Unix time at which this node's last full compare of snapshots ended; absent when none did since the agent started.",
            "seconds", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StorageCompareDiffers,
            "1 when a full compare found a change that the list of changed extents does not tell, 0 when all since the agent started were right; absent when none ended.",
            "", Most, "backend");
        yield return Gauge(
            Name, MetricNames.StoragePoolAtRisk,
            "1 when a single loss leaves the pool without redundancy while it goes on writing, or stops it: a matter of its layout (k, m, copies, min_size).",
            "", 64, "backend", "pool");
    }

    /// <summary>Mirrors of units at other sites.</summary>
    public static IEnumerable<MetricDefinition> Mirrors()
    {
        yield return Gauge(
            Name, MetricNames.StorageMirrorSource,
            "1 when this site is the source of a unit that is mirrored to another site, 0 when it follows.",
            "", MostUnits, "unit");
        yield return Gauge(
            Name, MetricNames.StorageMirrorFollowing,
            "1 when the copy at the other site, or here, follows its source or is being brought up, 0 when it does not.",
            "", MostUnits, "unit");
        yield return Gauge(
            Name, MetricNames.StorageMirrorParted,
            "1 when two sites are the source of a unit, or its copies have gone apart: a person has to choose.",
            "", MostUnits, "unit");
        yield return Gauge(
            Name, MetricNames.StorageMirrorHeld,
            "Unix time, by the source's clock, of the newest instant that the copy holds in whole; absent when nobody knows, and while the unit is closed at its source: then nothing new comes.",
            "seconds", MostUnits, "unit");
        yield return Gauge(
            Name, MetricNames.StorageMirrorInterval,
            "How often the node that writes the unit makes a mirror snapshot; absent when it does not.",
            "seconds", MostUnits, "unit");
    }
}
