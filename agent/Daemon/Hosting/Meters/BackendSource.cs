using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Plugins, backends and pools, as they were last seen.</summary>
internal sealed class BackendSource(PluginHost plugins, BackendWatch watch, HangWatch hangs) : IMetricSource
{
    public string Collector => "backends";

    public void Collect(AgentMetrics metrics)
    {
        var backends = plugins.Backends;
        foreach (var backend in backends)
        {
            metrics.Registry.ZeroInitialise(("backend", backend.Id.Value));
        }

        metrics.PluginState.Replace(plugins.Plugins.SelectMany(plugin => metrics.PluginState.States(Known.Of(plugin.State), plugin.Id)));
        metrics.BackendState.Replace(backends.SelectMany(backend => metrics.BackendState.States(Known.Of(backend.State), backend.Id.Value)));
        var seen = backends.Select(backend => (Id: backend.Id.Value, Sight: watch.Find(backend.Id)!)).Where(known => known.Sight is not null).ToList();
        metrics.BackendHealth.Replace(seen.SelectMany(known => metrics.BackendHealth.States(Known.Of(Level(known.Sight)), known.Id)));
        metrics.BackendLastRefreshTimestamp.Replace(
            seen.Select(known => new GaugeSample(UnixTime.Of(known.Sight.RefreshedAt), known.Id)));
        metrics.BackendHung.Replace(backends.Select(backend => new GaugeSample(hangs.Find(backend.Id)?.For.TotalSeconds ?? 0, backend.Id.Value)));
        var kept = seen.SelectMany(known => known.Sight.Kept).ToList();
        metrics.KeptHeadBytes.Replace(kept.Select(head => new GaugeSample(head.Bytes, head.Of.ToString(), head.Unit.Name)));
        metrics.KeptHeadTimestamp.Replace(kept.Select(head => new GaugeSample(UnixTime.Of(head.Since), head.Of.ToString(), head.Unit.Name)));
        CollectPools(metrics, [.. seen.SelectMany(known => known.Sight.Pools.Select(pool => (known.Id, pool)))]);
    }

    private static void CollectPools(AgentMetrics metrics, IReadOnlyList<(string Backend, PoolReport Pool)> pools)
    {
        metrics.PoolCapacityBytes.Replace(pools.Select(known => new GaugeSample(known.Pool.CapacityBytes, known.Backend, known.Pool.Name)));
        metrics.PoolAvailableBytes.Replace(pools.Select(known => new GaugeSample(known.Pool.AvailableBytes, known.Backend, known.Pool.Name)));
        metrics.PoolHealth.Replace(pools.SelectMany(
            known => metrics.PoolHealth.States(Known.Of(known.Pool.Health), known.Backend, known.Pool.Name)));
        metrics.PoolScanProgressRatio.Replace(pools
            .Where(known => known.Pool.Activity is { DoneBytes: not null, TotalBytes: > 0 })
            .Select(known => new GaugeSample(
                Math.Clamp((double)known.Pool.Activity!.DoneBytes!.Value / known.Pool.Activity.TotalBytes!.Value, 0, 1),
                known.Backend, known.Pool.Name, Known.Scan(known.Pool.Activity))));
    }

    // A probe that could not be answered leaves nothing to say about the storage.
    private static HealthLevel Level(BackendSight sight) => sight.Health.IsOk ? sight.Health.Value.Level : HealthLevel.Unknown;
}
