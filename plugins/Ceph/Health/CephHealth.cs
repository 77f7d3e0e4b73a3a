using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Compares;
using NodeAgent.Plugins.CephBackend.Images;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>
/// How the cluster is, by what its parts say. On a lane and a connection of its own: looking at a cluster that hangs
/// must not stand in the way of work, nor the other way round.
/// </summary>
internal sealed class CephHealth : IPools, IDisposable
{
    private const string What = "cannot look at the cluster";
    private const int MostAsked = 32;

    private static readonly TimeSpan OsdPatience = TimeSpan.FromSeconds(3);

    private readonly CallLane lane;
    private readonly ClusterLink link;
    private readonly CephOptions options;
    private readonly UnitGate gate;
    private int next;
    private IReadOnlySet<int> lastSilent = new HashSet<int>();

    public CephHealth(UnitGate gate)
    {
        this.gate = gate;
        options = gate.Options;
        lane = new CallLane(gate.Context.Time, width: MostAsked / 2);
        var patience = options.Patience < OsdPatience ? options.Patience : OsdPatience;
        link = new ClusterLink(lane, options with { Patience = patience }, gate.Context.Time);
    }

    /// <summary>What came of comparing snapshots in full.</summary>
    public Func<CompareSight> Compared { get; init; } = static () => new CompareSight(0, null, null, null);

    /// <summary>How mirroring to other sites was at the last look; null if nobody knows.</summary>
    public Func<SiteSight?> Mirrored { get; init; } = static () => null;

    /// <summary>The verdict.</summary>
    public async Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation)
    {
        var began = gate.Context.Time.GetTimestamp();
        var state = await ReadAsync(cancellation);
        var took = gate.Context.Time.GetElapsedTime(began);
        var maps = state.IsOk ? await ObjectMaps.InvalidAsync(gate, cancellation) : [];
        return state.Map(s => WithMaps(WithMirrors(WithCompares(HealthJudge.Judge(s, Pools) with { Cluster = Sight(s, took) })), maps));
    }

    /// <inheritdoc/>
    public async Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
    {
        var state = await ReadAsync(cancellation);
        return state.Map<IReadOnlyList<PoolReport>>(s => [.. s.Pools.Where(p => Pools.Contains(p.Name)).Select(p => Report(s, p))]);
    }

    /// <summary>The cluster as it is, its disks asked themselves.</summary>
    public async Task<Outcome<ClusterState>> ReadAsync(CancellationToken cancellation)
    {
        var map = await link.RunAsync(What, link.LookDeadline, UpOsds, cancellation);
        IReadOnlySet<int> silent = map.IsOk ? await SilentAsync(map.Value, cancellation) : new HashSet<int>();
        return await link.RunAsync(What, link.LookDeadline + (StateReader.Commands * OsdPatience), c => StateReader.Read(c, silent, What), cancellation);
    }

    /// <summary>What is worth a look when it changes; the same text as long as nothing does. Never a fault: silence is a state.</summary>
    public async Task<string> GlanceAsync(CancellationToken cancellation)
    {
        var told = await link.RunAsync(What, link.LookDeadline, c => c.Command(new JsonObject { ["prefix"] = "status" }, What), cancellation);
        return told is { IsOk: true, Value: { } status } ? Glance.Of(status) : "silent";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        link.Dispose();
        lane.Dispose();
    }

    private IReadOnlyList<string> Pools => options.DataPool is null ? [options.Pool] : [options.Pool, options.DataPool];

    private BackendHealth WithCompares(BackendHealth health)
    {
        var seen = Compared();
        var cluster = health.Cluster! with { CompareProgress = seen.Progress, ComparedAt = seen.LastAt, CompareDiffers = seen.LastAt is null ? null : seen.Difference is not null };
        return seen.Difference is null ? health with { Cluster = cluster } : health with
        {
            Level = health.Level == HealthLevel.Failed ? HealthLevel.Failed : HealthLevel.Degraded,
            Remarks = [$"A full compare found that {seen.Difference}: do not trust incremental copies of it.", .. health.Remarks],
            Cluster = cluster,
        };
    }

    // Nothing is wrong with the data: each copy is only a whole one until then.
    private static BackendHealth WithMaps(BackendHealth health, IReadOnlyList<string> invalid) => invalid.Count == 0 ? health : health with
    {
        Level = health.Level == HealthLevel.Failed ? HealthLevel.Failed : HealthLevel.Degraded,
        Remarks = [.. health.Remarks, $"Ceph calls the object map of {string.Join(", ", invalid)} invalid: every copy of changes reads all of it. Rebuild it: {string.Join("; ", invalid.Select(image => $"rbd object-map rebuild {image}"))}."],
    };

    private BackendHealth WithMirrors(BackendHealth health)
    {
        var seen = Mirrored();
        var parted = seen?.Units.Where(unit => unit.State is SiteState.TwoSources or SiteState.SplitBrain).Select(unit => unit.Unit.Name).ToList() ?? [];
        var told = health with { Cluster = health.Cluster! with { Sites = seen } };
        return parted.Count == 0 ? told : told with
        {
            Level = told.Level == HealthLevel.Failed ? HealthLevel.Failed : HealthLevel.Degraded,
            Remarks = [.. told.Remarks, $"Two sites have written, or may, what should have one source: {string.Join(", ", parted)}. nodeagent ceph mirror status"],
        };
    }

    private StorageClusterSight Sight(ClusterState state, TimeSpan took)
    {
        // Without a quorum there is no map: what is said of disks then is nothing.
        var reserve = state.HasQuorum ? Reserve.Of(state) : null;
        return new StorageClusterSight
        {
            Answered = took,
            Monitors = state.Monitors,
            MonitorsInQuorum = state.Quorum.Count,
            RebuildNeededBytes = reserve?.NeededBytes,
            RebuildFreeBytes = reserve?.FreeBytes,
            ShutOutClients = state.ShutOutClients,
            SlowOperations = state.HasQuorum ? state.SlowOperations : null,
            CallsLeftBehind = gate.Lane.LeftBehind + lane.LeftBehind,
            PoolsAtRisk = state.Pools.Where(p => Pools.Contains(p.Name)).ToDictionary(p => p.Name, p => HealthJudge.Risk(p) is not null, StringComparer.Ordinal),
            Failures = state.HasQuorum ? FailureMatrix.Of(state with { Pools = [.. state.Pools.Where(p => Pools.Contains(p.Name))] }) : [],
        };
    }

    private static PoolReport Report(ClusterState state, PoolState pool)
    {
        var verdict = HealthJudge.Judge(state, [pool.Name]);
        var activity = state.Recovery is null ? null : new PoolActivity("recovery", null, null);
        return new PoolReport(
            pool.Name, verdict.Level, pool.StoredBytes + pool.AvailableBytes, pool.AvailableBytes, activity, verdict.Remarks, state.Verdict);
    }

    private static Outcome<IReadOnlyList<int>> UpOsds(Connection connection) => connection
        .Command(new JsonObject { ["prefix"] = "osd ls" }, What)
        .Map<IReadOnlyList<int>>(found => [.. (found as JsonArray ?? []).OfType<JsonNode>().Select(n => n.GetValue<int>())]);

    // A frozen disk keeps its connections, and the monitors believe in it for its whole grace: so it is asked itself.
    private async Task<IReadOnlySet<int>> SilentAsync(IReadOnlyList<int> osds, CancellationToken cancellation)
    {
        var turn = osds.Count <= MostAsked ? osds : Enumerable.Range(Interlocked.Add(ref next, MostAsked) - MostAsked, MostAsked).Select(i => osds[i % osds.Count]);

        // Those that were silent last are always asked, or the verdict would go to and fro with whose turn it is.
        var asked = turn.Union(lastSilent.Intersect(osds)).ToList();
        var answers = await Task.WhenAll(asked.Select(osd => link.RunAsync(
            What, OsdPatience + OsdPatience, c => c.AskOsd(osd, What), cancellation)));
        return lastSilent = asked.Zip(answers).Where(a => a.Second.Fault?.Code is FaultCode.TimedOut).Select(a => a.First).ToHashSet();
    }
}
