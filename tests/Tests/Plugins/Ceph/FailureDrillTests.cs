using System.Diagnostics;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Health;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>A cluster of its own is broken in every way that the matrix names; every call ends in its time.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class FailureDrillTests
{
    private const int Patience = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static CephCluster cluster = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context) => cluster = await CephCluster.StartAsync();

    [ClassCleanup]
    public static void Stop() => cluster?.Dispose();

    /// <summary>A drill that breaks off leaves nothing to the next.</summary>
    [TestInitialize]
    public async Task HealAsync()
    {
        await cluster.HealAsync();
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        await WellAsync(storage);
    }

    [TestMethod]
    public async Task A_killed_disk_is_told_and_writing_goes_on()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("killed", "drills"));
        await cluster.KillAsync("osd.1");
        var seconds = await UntilAsync(storage, s => s.Osds.Any(o => o is { Id: 1, IsUp: false }));
        Console.WriteLine($"a killed disk is told after {seconds:0.0} s");
        var health = HealthJudge.Judge(await ReadAsync(storage), ["cold-data"]);
        Assert.AreEqual(HealthLevel.Degraded, health.Level);
        Assert.IsTrue(health.Remarks.Any(r => r.Contains("osd.1 on node2", StringComparison.Ordinal)), string.Join('\n', health.Remarks));
        Assert.IsTrue(health.Remarks.Any(r => r.StartsWith("Permanent risk: pool cold-data (k=2, m=1, min_size 2)", StringComparison.Ordinal)));
        await CephLab.WriteAsync(storage, volume, 0, [1]);
        await cluster.StartAgainAsync("osd.1");
        await WellAsync(storage);
    }

    [TestMethod]
    public async Task A_frozen_disk_is_recognised_while_Ceph_still_calls_all_well()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        await WellAsync(storage);
        await cluster.FreezeAsync("osd.2");
        var state = await ReadAsync(storage);
        Console.WriteLine($"with a disk frozen Ceph says {state.Verdict}, osd.2 up: {state.Osds.Single(o => o.Id == 2).IsUp}");
        var health = HealthJudge.Judge(state, ["hot"]);
        Assert.IsTrue(state.Osds.Single(o => o.Id == 2) is { IsSilent: true } or { IsUp: false }, "a frozen disk is not recognised");
        Assert.AreNotEqual(HealthLevel.Ok, health.Level, string.Join('\n', health.Remarks));
        await cluster.ThawAsync("osd.2");
        await WellAsync(storage);
    }

    [TestMethod]
    public async Task Two_lost_disks_stop_the_pool_and_no_call_hangs()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("stopped", "drills"));
        await cluster.KillAsync("osd.0");
        await cluster.KillAsync("osd.1");
        await UntilAsync(storage, s => s.Inactive > 0);
        var health = HealthJudge.Judge(await ReadAsync(storage), ["hot"]);
        Assert.AreEqual(HealthLevel.Failed, health.Level, string.Join('\n', health.Remarks));
        await EveryCallEndsAsync(storage, volume);
        await cluster.StartAgainAsync("osd.0");
        await cluster.StartAgainAsync("osd.1");
        await WellAsync(storage);
        await using var after = CephLab.Open(cluster, patience: Patience, backend: "drills");
        await UntilOkAsync(() => after.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(volume.Unit, 50), null, CancellationToken.None));
        await CephLab.WriteAsync(after, volume, 0, [2]);
    }

    [TestMethod]
    public async Task One_lost_monitor_is_told_and_the_writer_can_change()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        await using var other = CephLab.Open(cluster, "n2", patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("mon", "drills"));
        await cluster.KillAsync("mon.m3");
        await UntilAsync(storage, s => s.HasQuorum && s.Quorum.Count == 2);
        var health = HealthJudge.Judge(await ReadAsync(storage), ["hot"]);
        Assert.AreEqual(HealthLevel.Degraded, health.Level);
        var before = (await storage.ProbeAsync(CancellationToken.None)).Value.Cluster!;
        Assert.IsTrue(before is { Monitors: 3, MonitorsInQuorum: 2, CallsLeftBehind: 0, RebuildFreeBytes: > 0, Answered.Ticks: > 0 }, $"{before}");
        var promoted = await other.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(volume.Unit, 2, "n2"), null, CancellationToken.None);
        Assert.IsTrue(promoted.IsOk, $"{promoted.Fault}");
        Assert.AreEqual(before.ShutOutClients + 1, (await storage.ProbeAsync(CancellationToken.None)).Value.Cluster!.ShutOutClients, "the old writer is shut out");
        await cluster.StartAgainAsync("mon.m3");
        await WellAsync(storage);
    }

    [TestMethod]
    public async Task Without_a_quorum_open_volumes_go_on_no_writer_changes_and_no_call_hangs()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        await using var other = CephLab.Open(cluster, "n2", patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("quorum", "drills"));
        _ = await other.Ability<IRoles>()!.GetRoleAsync(volume.Unit, CancellationToken.None);
        await cluster.KillAsync("mon.m2");
        await cluster.KillAsync("mon.m3");
        var seconds = await UntilAsync(storage, s => !s.HasQuorum);
        var state = await ReadAsync(storage);
        Console.WriteLine($"the lost quorum is told after {seconds:0.0} s; Ceph's own verdict is {state.Verdict}");
        Assert.AreEqual(HealthLevel.Failed, HealthJudge.Judge(state, ["hot"]).Level);
        var told = await storage.ProbeAsync(CancellationToken.None);
        Assert.IsTrue(told.IsOk && told.Value.Cluster is { Monitors: 3, MonitorsInQuorum: <= 1, RebuildNeededBytes: null }, $"{told.Fault} {(told.IsOk ? told.Value.Cluster : null)}");
        await CephLab.WriteAsync(storage, volume, 0, [3]);
        var promoted = await other.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(volume.Unit, 2, "n2"), null, CancellationToken.None);
        Assert.IsFalse(promoted.IsOk, "a writer changed without a quorum that shut the old one out");
        await EveryCallEndsAsync(storage, volume);
        await cluster.StartAgainAsync("mon.m2");
        await cluster.StartAgainAsync("mon.m3");
        await WellAsync(storage);
    }

    [TestMethod]
    public async Task A_lost_manager_is_told_and_so_is_what_is_known_without_it()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("manager", "drills"));
        await cluster.KillAsync("mgr.x");
        await cluster.KillAsync("osd.1");
        var seconds = await UntilAsync(storage, s => !s.HasManager && s.Osds.Any(o => o is { Id: 1, IsUp: false }));
        var told = await storage.ProbeAsync(CancellationToken.None);
        Assert.IsTrue(told.IsOk, $"{told.Fault}");
        Console.WriteLine($"a lost manager and a lost disk are told after {seconds:0.0} s, a look took {told.Value.Cluster!.Answered!.Value.TotalSeconds:0.0} s: {string.Join(' ', told.Value.Remarks)}");
        Assert.AreEqual(HealthLevel.Degraded, told.Value.Level);
        StringAssert.Contains(string.Join('\n', told.Value.Remarks), "No manager is active, or it does not answer");
        StringAssert.Contains(string.Join('\n', told.Value.Remarks), "osd.1 on node2");
        Assert.IsTrue(told.Value.Cluster is { Monitors: 3, MonitorsInQuorum: 3, RebuildNeededBytes: null, RebuildFreeBytes: null, Failures.Count: > 0 }, $"{told.Value.Cluster}");
        Assert.HasCount(1, (await storage.Ability<IPools>()!.ListPoolsAsync(CancellationToken.None)).Value);
        await CephLab.WriteAsync(storage, volume, 0, [4]);
        await cluster.StartAgainAsync("mgr.x");
        await cluster.StartAgainAsync("osd.1");
        await WellAsync(storage);
        Assert.IsTrue((await storage.ProbeAsync(CancellationToken.None)).Value.Cluster is { RebuildNeededBytes: > 0 });
    }

    [TestMethod]
    public async Task A_connection_that_the_monitors_leave_unanswered_is_replaced_once_another_can_be_made()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("deaf", "drills"));
        var before = await AddressAsync();
        string[] monitors = ["mon.m1", "mon.m2", "mon.m3"];
        await Task.WhenAll(monitors.Select(cluster.FreezeAsync));
        Assert.AreEqual(FaultCode.TimedOut, (await AskAsync()).Fault?.Code);
        await Task.Delay(TimeSpan.FromSeconds(Patience + 2));
        Assert.AreEqual(before, await AddressAsync(), "another cannot be made, and this one still reaches the disks");
        Assert.IsTrue((await storage.Ability<IVolumes>()!.GetAsync(volume, CancellationToken.None)).IsOk);

        // The next attempt to make another is not begun before 15 s are over.
        await Task.Delay(TimeSpan.FromSeconds(10));
        Assert.AreEqual(FaultCode.TimedOut, (await AskAsync()).Fault?.Code);
        await Task.WhenAll(monitors.Select(cluster.ThawAsync));
        var began = Stopwatch.GetTimestamp();
        while (await AddressAsync() == before)
        {
            Assert.IsLessThan(30, Stopwatch.GetElapsedTime(began).TotalSeconds, "the connection was not replaced");
            await Task.Delay(100);
        }

        Assert.IsTrue((await AskAsync()).IsOk);
        await WellAsync(storage);

        async Task<string> AddressAsync() => (await storage.Gate.LookAsync("cannot tell", c => new Outcome<string>(c.Address), CancellationToken.None)).Value;
        Task<Outcome<bool>> AskAsync() => storage.Gate.LookAsync("cannot ask", c => c.Command(new JsonObject { ["prefix"] = "osd dump" }, "cannot ask").Map(_ => true), CancellationToken.None);
    }

    [TestMethod]
    public async Task A_node_may_go_away_only_while_Ceph_goes_on_without_it()
    {
        await using var storage = CephLab.Open(cluster, patience: Patience, backend: "drills");
        var absence = storage.Ability<INodeAbsence>()!;
        var well = await AskAsync("node2");
        CollectionAssert.AreEqual(new[] { "osd.1" }, well.Serves.ToArray());
        Assert.IsEmpty(well.Objections, string.Join(' ', well.Objections));
        Assert.IsEmpty((await AskAsync("m2")).Objections);
        var together = await AskAsync("node2", new NodeId("node3"));
        CollectionAssert.AreEqual(new[] { "osd.1" }, together.Serves.ToArray());
        Assert.IsTrue(together.Objections.Any(one => one.StartsWith("Ceph says that osd.1, osd.2 cannot be stopped now (with node3, drained already, off as well): ", StringComparison.Ordinal)), string.Join(' ', together.Objections));
        Assert.Contains("placement groups would have fewer copies", together.Objections[0]);
        Assert.IsNotEmpty((await AskAsync("m2", new NodeId("m3"))).Objections, "two of three monitors");
        Assert.IsEmpty((await AskAsync("elsewhere", new NodeId("node2"), new NodeId("node3"))).Objections, "it adds nothing to what is away");
        Assert.IsEmpty((await AskAsync("elsewhere")).Serves);
        // No host of the CRUSH map is called as this machine is, and all disks run on it.
        var all = await AskAsync(Environment.MachineName.ToLowerInvariant().Split('.')[0]);
        CollectionAssert.IsSubsetOf(new[] { "osd.0", "osd.1", "osd.2" }, all.Serves.ToArray());
        Assert.IsNotEmpty(all.Objections);

        await cluster.KillAsync("osd.0");
        await cluster.KillAsync("mon.m3");
        await UntilAsync(storage, s => s.HasQuorum && s.Quorum.Count == 2 && s.Osds.Any(o => o is { Id: 0, IsUp: false }));
        var (disk, monitor) = (await AskAsync("node2"), await AskAsync("m2"));
        Console.WriteLine($"{string.Join(' ', disk.Objections)} {string.Join(' ', monitor.Objections)}");
        StringAssert.Contains(disk.Objections[0], "placement groups would have fewer copies", "the manager may not know it yet, the map does");
        await UntilAsync(storage, s => s.Groups.Keys.Any(state => state.Contains("undersized", StringComparison.Ordinal)));
        Assert.IsTrue((await AskAsync("node2")).Objections.Any(one => one.StartsWith("Ceph says that osd.1 cannot be stopped now: ", StringComparison.Ordinal)));
        StringAssert.StartsWith(monitor.Objections.Single(), "Ceph says that mon.m2 cannot be stopped now: ");
        Assert.IsEmpty((await AskAsync("node1")).Objections, "a disk that is down stops nothing");

        await cluster.KillAsync("mon.m2");
        await UntilAsync(storage, s => !s.HasQuorum);
        Assert.IsFalse((await absence.LookAsync(new NodeId("node2"), [], CancellationToken.None)).IsOk, "without a quorum nobody can tell");

        async Task<NodeAbsence> AskAsync(string node, params NodeId[] away)
        {
            var told = await absence.LookAsync(new NodeId(node), away, CancellationToken.None);
            Assert.IsTrue(told.IsOk, $"{told.Fault}");
            return told.Value;
        }
    }

    [TestMethod]
    public async Task A_full_pool_is_told_and_a_write_is_refused_in_its_time()
    {
        await using var storage = CephLab.Open(cluster, pool: "cold", patience: Patience, backend: "full");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("full", "full"));
        await CephLab.WriteAsync(storage, volume, 0, new byte[2 << 20]);
        await cluster.RunAsync("ceph", "osd", "pool", "set-quota", "cold-data", "max_bytes", "4096");
        await UntilAsync(storage, s => s.Pools.Any(p => p is { Name: "cold-data", IsFull: true }));
        Assert.AreEqual(HealthLevel.Failed, HealthJudge.Judge(await ReadAsync(storage), ["cold-data"]).Level);
        Assert.IsTrue(await IsRefusedAsync(storage, volume), "a full pool takes writes");
        await cluster.RunAsync("ceph", "osd", "pool", "set-quota", "cold-data", "max_bytes", "0");
        await UntilAsync(storage, s => s.Pools.All(p => !p.IsFull));
    }

    // The client learns of the full pool with its next map, a moment after the monitors.
    private static async Task<bool> IsRefusedAsync(CephStorage storage, VolumeId volume)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            try
            {
                await CephLab.WriteAsync(storage, volume, 0, new byte[1 << 20]);
                await Task.Delay(100);
            }
            catch (IOException)
            {
                return true;
            }
        }

        return false;
    }

    // What a call answers differs; that it answers, and in its time, does not.
    private static async Task EveryCallEndsAsync(CephStorage storage, VolumeId volume)
    {
        var (unit, none) = (volume.Unit, CancellationToken.None);
        var grant = CephLab.Grant(unit);
        var calls = new Dictionary<string, Func<Task>>
        {
            ["probe"] = () => storage.ProbeAsync(none),
            ["pools"] = () => storage.Ability<IPools>()!.ListPoolsAsync(none),
            ["list"] = () => storage.Ability<IVolumes>()!.ListAsync(none),
            ["get"] = () => storage.Ability<IVolumes>()!.GetAsync(volume, none),
            ["role"] = () => storage.Ability<IRoles>()!.GetRoleAsync(unit, none),
            ["snapshots"] = () => storage.Ability<ISnapshots>()!.ListAsync(unit, none),
            ["snapshot"] = () => storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s"), grant, none),
            ["grow"] = () => storage.Ability<IVolumes>()!.ExpandAsync(volume, 16 << 20, grant, none),
            ["demote"] = () => storage.Ability<IRoles>()!.DemoteAsync(unit, null, none),
        };
        foreach (var (name, call) in calls)
        {
            var began = Stopwatch.GetTimestamp();
            await call().WaitAsync(Deadline);
            Console.WriteLine($"{name} ended after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        }
    }

    private static async Task<ClusterState> ReadAsync(CephStorage storage)
    {
        var state = await storage.Health.ReadAsync(CancellationToken.None);
        Assert.IsTrue(state.IsOk, $"{state.Fault}");
        return state.Value;
    }

    private static async Task<double> UntilAsync(CephStorage storage, Func<ClusterState, bool> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var state = await storage.Health.ReadAsync(CancellationToken.None);
            if (state.IsOk && isSo(state.Value))
            {
                return Stopwatch.GetElapsedTime(began).TotalSeconds;
            }

            Assert.IsLessThan(90, Stopwatch.GetElapsedTime(began).TotalSeconds, $"waited in vain: {state.Fault} {(state.IsOk ? state.Value : null)}");
            await Task.Delay(100);
        }
    }

    private static Task<double> WellAsync(CephStorage storage) => UntilAsync(
        storage, s => s is { HasManager: true, Quorum.Count: 3, Recovery: null, Osds.Count: 3 } && s.Osds.All(o => o is { IsUp: true, IsSilent: false })
            && s.Groups.Keys.All(state => state.StartsWith("active+clean", StringComparison.Ordinal)));

    private static async Task UntilOkAsync<T>(Func<Task<Outcome<T>>> call)
    {
        for (var tries = 0; ; tries++)
        {
            var outcome = await call();
            if (outcome.IsOk)
            {
                return;
            }

            Assert.IsLessThan(10, tries, $"{outcome.Fault}");
        }
    }
}
