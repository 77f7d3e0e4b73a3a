using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class RejoinTests
{
    private const string Root = "tank/nodeagent";
    private const string Kept = "db-kept-3";
    private static readonly BackendId Tank = new("tank");
    private static readonly UnitId Unit = new(Tank, "db");

    /// <summary>A former writer: both volumes have na-1 in common with the new one, then na-2 and writes of their own.</summary>
    private static PoolModel Parted()
    {
        var pool = new PoolModel();
        pool.Make(Root, properties: ("io.nodeagent:owner", "n1/tank"));
        pool.Make($"{Root}/db", properties: [("readonly", "on"), ("io.nodeagent:epoch", "3"), ("io.nodeagent:head", "own"), ("io.nodeagent:owner", "n1/tank")]);
        foreach (var (name, type) in new[] { ("data", "FILESYSTEM"), ("disk", "VOLUME") })
        {
            var volume = $"{Root}/db/{name}";
            pool.Make(volume, type, "common", ("canmount", "noauto"), ("compression", "zstd"));
            pool.Snapshot(volume, "na-1", "11", hold: "na-anchor:n2");
            pool[volume].Head = "stray";
            pool.Snapshot(volume, "na-2", "12", hold: "na-anchor:n3");
            pool[volume].Head = "last words";
        }

        pool.Snapshot($"{Root}/db", "na-1", "1");
        pool.Snapshot($"{Root}/db", "na-2", "2");
        return pool;
    }

    private static IBackend Over(PoolModel pool, TimeProvider? time = null) => new ZfsBackendFactory().Create(new BackendContext(
        Tank, new NodeId("n1"), new Dictionary<string, string>(StringComparer.Ordinal) { ["root"] = Root }, "/tmp", pool,
        time ?? new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)), new Quiet())).Value;

    private static Task<Outcome> RejoinAsync(PoolModel pool, string? snapshot = "na-1") =>
        Over(pool).Ability<IRejoin>()!.RejoinAsync(Unit, snapshot, Kept, CancellationToken.None);

    [TestMethod]
    public async Task What_only_the_copy_has_is_kept_and_the_copy_goes_back()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        AssertBack(pool);
        var history = (await Over(pool).Ability<IReplicationStreams>()!.ReadHistoryAsync(Unit, default)).Value;
        Assert.AreEqual(new Epoch(3), history.Epoch, "the epoch is never forgotten");
        Assert.IsTrue(history.Volumes.All(volume => volume.Points.Single().Name == "na-1" && volume.HeadChanged == Answer.No));
    }

    [TestMethod]
    public async Task Killed_before_or_after_any_command_asking_again_ends_the_same()
    {
        for (var cut = 0; ; cut++)
        {
            var pool = Parted();
            pool.CutAt = cut;
            var wasCut = false;
            try
            {
                Assert.IsTrue((await RejoinAsync(pool)).IsOk);
            }
            catch (OperationCanceledException)
            {
                wasCut = true;
            }

            pool.CutAt = -1;
            var seen = (await Over(pool).Ability<IReplicationStreams>()!.ReadHistoryAsync(Unit, default)).Value;
            Assert.HasCount(2, seen.Volumes, $"cut at {cut}, a volume is missing from the history");
            Assert.IsTrue(seen.Volumes.All(volume => volume.Points.Any(point => point.Guid == "11")), $"cut at {cut}, the common snapshot is not seen");
            Assert.IsTrue((await RejoinAsync(pool)).IsOk);
            AssertBack(pool);
            if (!wasCut)
            {
                Assert.IsGreaterThan(20, cut, "the model was hardly used");
                return;
            }
        }
    }

    [TestMethod]
    public async Task Nothing_is_put_aside_while_the_unit_becomes_the_writer()
    {
        var rig = new Rig().With(ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11").Snapshot("data", "na-2", "12"));
        var going = rig.Commands.Holding("zfs set readonly=off");
        var promoting = rig.Roles.PromoteAsync(Rig.Grant(4), null, default);

        var rejoined = await rig.Backend.Ability<IRejoin>()!.RejoinAsync(Rig.Unit, "na-1", Kept, default);

        Assert.AreEqual(FaultCode.StaleEpoch, rejoined.Fault?.Code);
        Assert.IsEmpty(rig.Commands.Changes.Where(line => line.Contains("parting", StringComparison.Ordinal)).ToList());
        going.SetResult();
        Assert.IsTrue((await promoting).IsOk);
    }

    [TestMethod]
    public async Task A_promotion_ends_what_is_being_put_aside()
    {
        var rig = new Rig().With(ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11").Snapshot("data", "na-2", "12"));
        rig.Commands.HoldingUntilKilled("zfs set io.nodeagent:parting");
        var rejoining = rig.Backend.Ability<IRejoin>()!.RejoinAsync(Rig.Unit, "na-1", Kept, default);

        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(3), null, default)).IsOk);
        Assert.IsTrue(rejoining.IsCompleted);
        Assert.IsFalse((await rejoining).IsOk);
    }

    [TestMethod]
    public async Task A_copy_half_way_back_is_promoted_whole()
    {
        for (var cut = 0; cut < 60; cut++)
        {
            var pool = Parted();
            pool.CutAt = cut;
            try
            {
                Assert.IsTrue((await RejoinAsync(pool)).IsOk);
            }
            catch (OperationCanceledException)
            {
                // As meant.
            }

            pool.CutAt = -1;
            var backend = Over(pool);
            var plan = (await backend.Ability<IRoles>()!.PlanPromoteAsync(Unit, default)).Value;
            Assert.IsEmpty(plan.Blockers, $"cut at {cut}");
            var grant = new WriteGrant(Unit, new Epoch(5), new NodeId("n1"), Instant.Never);
            Assert.AreEqual(Role.Writer, (await backend.Ability<IRoles>()!.PromoteAsync(grant, null, default)).Value.Role);
            Assert.IsTrue(pool.Has($"{Root}/db/data") && pool.Has($"{Root}/db/disk"), $"cut at {cut}, a volume is missing from the writer");
            Assert.AreEqual(pool[$"{Root}/db/data"].Head, pool[$"{Root}/db/disk"].Head, $"cut at {cut}, the volumes are of two times");
        }
    }

    [TestMethod]
    public async Task With_nothing_in_common_all_is_kept()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool, snapshot: null)).IsOk);
        Assert.IsTrue((await RejoinAsync(pool, snapshot: null)).IsOk);
        Assert.IsFalse(pool.Has($"{Root}/db/data"));
        Assert.AreEqual("3", pool[$"{Root}/db"].Properties["io.nodeagent:epoch"]);
        Assert.AreEqual("last words", pool[$"{Root}/{Kept}/data"].Head);
        Assert.HasCount(2, pool[$"{Root}/{Kept}/data"].Snapshots);
    }

    [TestMethod]
    public async Task A_volume_made_since_is_kept_whole()
    {
        var pool = Parted();
        pool.Make($"{Root}/db/late", head: "new");
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        Assert.AreEqual("new", pool[$"{Root}/{Kept}/late"].Head);
        Assert.IsFalse(pool.Has($"{Root}/db/late"));
    }

    [TestMethod]
    public async Task An_equal_copy_is_not_touched()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        pool.Changes.Clear();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        Assert.IsEmpty(pool.Changes);
    }

    [TestMethod]
    public async Task A_writer_is_refused_and_a_taken_name_too()
    {
        var pool = Parted();
        pool.Make($"{Root}/{Kept}", properties: ("readonly", "on"));
        Assert.AreEqual(FaultCode.AlreadyExists, (await RejoinAsync(pool)).Fault!.Code);
        pool[$"{Root}/db"].Properties["readonly"] = "off";
        Assert.AreEqual(FaultCode.PreconditionFailed, (await RejoinAsync(pool)).Fault!.Code);
        Assert.IsEmpty(pool.Changes);
    }

    [TestMethod]
    public async Task What_is_kept_is_listed_with_its_size()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        var kept = (await Over(pool).Ability<IRejoin>()!.ListKeptAsync(default)).Value.Found.Single();
        Assert.AreEqual(
            new KeptHead(new UnitId(Tank, Kept), Unit, "na-1", DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), 8192), kept);
    }

    [TestMethod]
    public async Task The_common_snapshot_is_told_to_be_in_use()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        var snapshot = (await Over(pool).Ability<ISnapshots>()!.ListAsync(Unit, default)).Value.Single();
        CollectionAssert.IsSubsetOf(new[] { "clone:db-kept-3/data", "na-anchor:n2" }, snapshot.Holds.ToList());
        Assert.AreEqual(FaultCode.InUse, (await Over(pool).Ability<ISnapshots>()!.DeleteAsync(Unit, ["na-1"], default)).Fault!.Code);
    }

    [TestMethod]
    public async Task A_second_parting_keeps_a_second_head()
    {
        var pool = Parted();
        Assert.IsTrue((await RejoinAsync(pool)).IsOk);
        foreach (var name in new[] { "data", "disk" })
        {
            pool[$"{Root}/db/{name}"].Head = "common again";
            pool.Snapshot($"{Root}/db/{name}", "na-5", "15");
            pool[$"{Root}/db/{name}"].Head = "strayed again";
        }

        var again = await Over(pool).Ability<IRejoin>()!.RejoinAsync(Unit, "na-5", "db-kept-5", default);
        Assert.IsTrue(again.IsOk, again.Fault?.ToString());
        Assert.AreEqual("common again", pool[$"{Root}/db/data"].Head);
        Assert.AreEqual("strayed again", pool[$"{Root}/db-kept-5/data"].Head);
        Assert.AreEqual($"{Root}/db/data@na-1", pool[$"{Root}/{Kept}/data"].Origin, "the first kept head still has its ground");
    }

    private static void AssertBack(PoolModel pool)
    {
        foreach (var name in new[] { "data", "disk" })
        {
            var (here, aside) = (pool[$"{Root}/db/{name}"], pool[$"{Root}/{Kept}/{name}"]);
            Assert.AreEqual("common", here.Head);
            CollectionAssert.AreEqual(new[] { "11" }, here.Snapshots.Select(snap => snap.Guid).ToArray());
            Assert.AreEqual("na-anchor:n2", here.Snapshots[0].Hold, "the anchor of the copy stays");
            Assert.IsNull(here.Origin);
            Assert.AreEqual("last words", aside.Head);
            CollectionAssert.AreEqual(new[] { "12" }, aside.Snapshots.Select(snap => snap.Guid).ToArray());
            Assert.IsNull(aside.Snapshots[0].Hold, "nothing of ours keeps an operator from deleting it");
            Assert.AreEqual($"{Root}/db/{name}@na-1", aside.Origin);
            Assert.AreEqual("zstd", here.Properties["compression"]);
        }

        Assert.AreEqual("received", pool[$"{Root}/db"].Properties["io.nodeagent:head"]);
        Assert.IsFalse(pool[$"{Root}/db"].Properties.ContainsKey("io.nodeagent:parting"));
        CollectionAssert.AreEqual(new[] { "na-1" }, pool[$"{Root}/db"].Snapshots.Select(snap => snap.Name).ToArray());
    }

    private sealed class Quiet : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
