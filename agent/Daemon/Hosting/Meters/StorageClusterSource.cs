using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Clusters of storage below the backends, as they were last seen. Of one that did not answer nothing is told.</summary>
internal sealed class StorageClusterSource(Func<IEnumerable<BackendId>> backends, BackendWatch watch) : IMetricSource
{
    public string Collector => "storage_clusters";

    public void Collect(AgentMetrics metrics)
    {
        var all = backends().Select(id => (Id: id.Value, (watch.Find(id)?.Health is { IsOk: true } known ? known.Value : null)?.Cluster))
            .Where(known => known.Cluster is not null).Select(known => (known.Id, Cluster: known.Cluster!)).ToList();
        Replace(metrics.StorageAnswer, cluster => cluster.Answered?.TotalSeconds);
        Replace(metrics.StorageMonitors, cluster => cluster.Monitors);
        Replace(metrics.StorageMonitorsInQuorum, cluster => cluster.MonitorsInQuorum);
        Replace(metrics.StorageRebuildNeeded, cluster => cluster.RebuildNeededBytes);
        Replace(metrics.StorageRebuildFree, cluster => cluster.RebuildFreeBytes);
        Replace(metrics.StorageShutOutClients, cluster => cluster.ShutOutClients);
        Replace(metrics.StorageSlowOperations, cluster => cluster.SlowOperations);
        Replace(metrics.StorageCallsLeftBehind, cluster => cluster.CallsLeftBehind);
        Replace(metrics.StorageCompareProgress, cluster => cluster.CompareProgress);
        Replace(metrics.StorageCompareLast, cluster => UnixTime.Of(cluster.ComparedAt));
        Replace(metrics.StorageCompareDiffers, cluster => cluster.CompareDiffers is { } differs ? differs ? 1 : 0 : null);
        metrics.StoragePoolAtRisk.Replace(all.SelectMany(
            known => known.Cluster.PoolsAtRisk.Select(pool => new GaugeSample(pool.Value ? 1 : 0, known.Id, pool.Key))));
        Mirrors(metrics, [.. all.Where(known => known.Cluster.Sites is not null).Select(known => known.Cluster.Sites!)]);

        void Replace(GaugeFamily family, Func<StorageClusterSight, double?> value) =>
            family.Replace(all.Select(known => new GaugeSample(value(known.Cluster), known.Id)));
    }

    private static void Mirrors(AgentMetrics metrics, IReadOnlyList<SiteSight> all)
    {
        Replace(metrics.StorageMirrorSource, (_, unit) => unit.Role switch { SiteRole.Source => 1, SiteRole.Copy => 0, _ => null });
        Replace(metrics.StorageMirrorFollowing, (_, unit) => unit.State is SiteState.Replaying or SiteState.Syncing ? 1 : 0);
        Replace(metrics.StorageMirrorParted, (_, unit) => unit.State is SiteState.TwoSources or SiteState.SplitBrain ? 1 : 0);
        Replace(metrics.StorageMirrorHeld, (_, unit) => unit.Role == SiteRole.Source && unit.OpenOn is null ? null : UnixTime.Of(unit.HeldByCopy));
        Replace(metrics.StorageMirrorInterval, (sight, _) => sight.Interval > TimeSpan.Zero ? sight.Interval.TotalSeconds : null);

        void Replace(GaugeFamily family, Func<SiteSight, UnitMirror, double?> value) => family.Replace(
            all.SelectMany(sight => sight.Units.Where(unit => unit.State != SiteState.Off).Select(unit => new GaugeSample(value(sight, unit), unit.Unit.ToString()))));
    }
}
