using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>The verdict on a cluster, from its parts. Its own word can only make it worse.</summary>
internal static class HealthJudge
{
    /// <summary>The verdict and what an operator should know.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="pools">The pools that matter to who asks.</param>
    public static BackendHealth Judge(ClusterState state, IReadOnlyList<string> pools)
    {
        var failed = Failures(state, pools).ToList();
        var worse = Degradations(state).ToList();
        var level = failed.Count > 0 ? HealthLevel.Failed
            : worse.Count > 0 || state.Verdict != "HEALTH_OK" ? HealthLevel.Degraded
            : HealthLevel.Ok;
        return new BackendHealth(
            level, $"ceph {state.Release}",
            [.. failed, .. worse, .. state.Checks.Select(c => $"Ceph itself: {c.Value} ({c.Key})."), .. Risks(state, pools)]);
    }

    private static IEnumerable<string> Failures(ClusterState state, IReadOnlyList<string> pools)
    {
        if (!state.HasQuorum)
        {
            yield return $"The monitors have no quorum ({state.Quorum.Count} of {state.Monitors}): what they say is old, and no writer can change. Open volumes go on.";
        }

        if (state.Inactive > 0)
        {
            yield return $"{state.Inactive} placement groups are not active: reading or writing their data waits.";
        }

        if (state.Osds.Where(o => o.IsSilent && o.IsUp).ToList() is { Count: > 0 } silent)
        {
            yield return $"The monitors call them up, but they do not answer: {Names(silent)}. What lies on them waits until they are called down.";
        }

        foreach (var pool in state.Pools.Where(p => p.IsFull && pools.Contains(p.Name)))
        {
            yield return $"Pool {pool.Name} is full and takes no writes.";
        }
    }

    private static IEnumerable<string> Degradations(ClusterState state)
    {
        if (state.HasQuorum && state.Quorum.Count < state.Monitors)
        {
            yield return $"{state.Monitors - state.Quorum.Count} of {state.Monitors} monitors are missing.";
        }

        if (state.Osds.Where(o => !o.IsUp).ToList() is { Count: > 0 } down)
        {
            yield return $"Down: {Names(down)}.";
        }

        if (!state.HasManager)
        {
            yield return "No manager is active, or it does not answer: placement groups, use and recovery are as it told them last.";
        }

        if (state.Recovery is { } recovery)
        {
            var end = recovery.Remaining is { } left
                ? string.Create(CultureInfo.InvariantCulture, $"about {left} left")
                : "it stands still";
            yield return string.Create(CultureInfo.InvariantCulture, $"{recovery.MissingObjects} copies are missing or misplaced; {end}.");
        }

        var reserve = Reserve.Of(state);
        if (state.HasQuorum && reserve is null)
        {
            yield return "How full the disks are nobody tells: whether the loss of the largest node could be rebuilt is not known.";
        }

        if (state.HasQuorum && reserve is { IsKept: false })
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The loss of the largest node could not be rebuilt: {reserve.NeededBytes >> 20} MiB would be needed, {reserve.FreeBytes >> 20} MiB are free elsewhere.");
        }
    }

    // Said as long as it is so, without making the verdict worse: it is how the pool was chosen to be.
    private static IEnumerable<string> Risks(ClusterState state, IReadOnlyList<string> pools) =>
        state.Pools.Where(p => pools.Contains(p.Name)).SelectMany(p => new[] { Risk(p), SpreadRisk(p) }).OfType<string>();

    /// <summary>The permanent risk in how a pool is laid out; null if there is none.</summary>
    public static string? Risk(PoolState pool) => pool switch
    {
        { IsErasure: true, Survives: 1, WritesWithout: >= 1 } =>
            $"Permanent risk: pool {pool.Name} (k={pool.DataChunks}, m=1, min_size {pool.MinSize}) goes on writing without any redundancy while a node is away: a second loss then loses acknowledged writes.",
        { IsErasure: true, Survives: 1 } =>
            $"Permanent risk: pool {pool.Name} (k={pool.DataChunks}, m=1, min_size {pool.MinSize}) stops when any one node is away.",
        { Survives: > 0 } when pool.WritesWithout >= pool.Survives =>
            $"Permanent risk: pool {pool.Name} takes writes with a single copy left (min_size {pool.MinSize}).",
        { Survives: 0 } => $"Permanent risk: pool {pool.Name} has one copy of everything: any lost disk loses data.",
        _ => null,
    };

    /// <summary>The permanent risk in how a pool is spread over hosts; null if there is none, or it is not known.</summary>
    public static string? SpreadRisk(PoolState pool) => pool.PerHost is not { } most || most <= pool.WritesWithout || pool.Survives == 0 ? null
        : most > pool.Survives
            ? $"Permanent risk: by its CRUSH rule pool {pool.Name} may have {most} of its {pool.Size} copies or chunks on one host: the loss of one node may lose data. A rule with 'chooseleaf … type host' spreads them: nodeagent ceph plan."
        : most > 1
            ? $"Permanent risk: by its CRUSH rule pool {pool.Name} may have {most} of its {pool.Size} copies or chunks on one host: it stops while one node is away."
            : null;

    private static string Names(IEnumerable<OsdState> osds) =>
        string.Join(", ", osds.Select(o => o.Host.Length > 0 ? $"osd.{o.Id} on {o.Host}" : $"osd.{o.Id}"));
}
