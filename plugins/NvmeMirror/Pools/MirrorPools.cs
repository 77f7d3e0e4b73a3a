using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>The pool, where it is imported.</summary>
internal sealed class MirrorPools(Parts parts, Func<TimeSpan?> frozenFor) : IPools
{
    public async Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
    {
        var what = $"cannot look at pool {parts.Options.Pool}";
        if (!parts.Tool.IsImported)
        {
            return new Outcome<IReadOnlyList<PoolReport>>([]);
        }

        var view = await parts.Tool.StatusAsync(what, cancellation);
        return view.Map<IReadOnlyList<PoolReport>>(pool => [Report(pool)]);
    }

    private PoolReport Report(PoolView pool)
    {
        var paths = parts.Connections.Look();
        List<string> remarks = [.. pool.Leaves.Where(leaf => !leaf.IsOnline || leaf.Errors > 0).Select(leaf => $"Drive {leaf.Partition?.ToString() ?? leaf.Guid} in {leaf.Mirror} is {leaf.State} with {leaf.Errors} errors.")];
        remarks.AddRange(parts.Pairs.Select(pair => (pair.Index, Live: parts.Connections.Of(pair, paths).Count(path => path.IsLive)))
            .Where(drive => drive.Live < 2).Select(drive => $"Drive {drive.Index} of {parts.Peer} has {drive.Live} of 2 paths."));
        if (frozenFor() is { } frozen)
        {
            remarks.Add($"Writes have waited for drives of {parts.Peer} for {frozen.TotalSeconds:F0} s.");
        }

        var level = pool.IsSuspended || pool.State is "FAULTED" or "UNAVAIL" ? HealthLevel.Failed : remarks.Count > 0 || pool.Errors > 0 ? HealthLevel.Degraded : HealthLevel.Ok;

        // What is all right, and still to be known.
        remarks.AddRange(parts.Pairs.SelectMany(pair => new[] { (Node: parts.Self, Drive: pair.Local), (Node: parts.Peer, Drive: pair.Remote) })
            .SelectMany(place => parts.Layout.Before(place.Drive).Take(1).Select(dead => $"Drive {place.Drive} of {place.Node} is in the place of drive {dead}, which died or was replaced.")));
        var scan = pool.Scan is { IsRunning: true } running ? new PoolActivity(running.Kind, running.Done, running.Total) : null;
        return new PoolReport(parts.Options.Pool, level, null, null, scan, remarks, pool.State) 
        {
            Devices = [.. parts.Pairs.Where(pair => pool.Of(pair.Local) is { IsOnline: true }).Select(pair => parts.Tool.Device(pair.Local))],
            IsSuspended = pool.IsSuspended,
        };
    }
}
