using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What goes wrong between two sites: daemons die, a site is lost, both are the source, orders are cut off.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class SiteMirrorDrillTests
{
    private static MirrorPair? pair;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => pair = await MirrorPair.StartAsync();

    [ClassCleanup]
    public static void Stop() => pair?.Dispose();

    [TestMethod]
    public async Task A_daemon_that_died_is_told_and_the_copy_grows_old_until_it_is_back()
    {
        await using var a = pair!.Open(pair.A, "daemon");
        await using var b = pair.Open(pair.B, "daemon");
        var (unit, _) = await MirroredAsync(a, b, "silent", "daemon");
        var before = (await MirrorPair.UntilAsync(a, unit, seen => seen is { State: SiteState.Replaying, HeldByCopy: not null })).HeldByCopy;
        await MirrorPair.KillDaemonAsync(pair.B);
        try
        {
            await MirrorPair.UntilAsync(a, unit, seen => seen.State == SiteState.Silent);
            await MirrorPair.DoneAsync(a, unit, SiteAction.Snapshot);
            var here = await MirrorPair.UntilAsync(a, unit, seen => seen.Volumes[0].NewestHere > before);
            var there = await MirrorPair.UntilAsync(b, unit, seen => seen.State == SiteState.Silent);
            Assert.AreEqual((before, before), (here.HeldByCopy, there.HeldByCopy));
            Assert.IsTrue(here.Behind > TimeSpan.FromSeconds(15), $"{here.Behind}");
            Assert.IsTrue((await MirrorPair.UntilAsync(a, unit, _ => true)).Behind > here.Behind, "it grows");
        }
        finally
        {
            await MirrorPair.StartDaemonAsync(pair.B);
        }

        var after = await MirrorPair.UntilAsync(a, unit, seen => seen.State == SiteState.Replaying && seen.HeldByCopy > before);
        Assert.IsTrue(after.Behind < TimeSpan.FromSeconds(90), $"{after.Behind}");
    }

    [TestMethod]
    public async Task A_lost_site_is_taken_over_by_force_both_sources_are_told_and_only_a_person_ends_the_split()
    {
        await using var a = pair!.Open(pair.A, "lost");
        await using var b = pair.Open(pair.B, "lost");
        var (unit, volume) = await MirroredAsync(a, b, "parted", "lost");
        await CephLab.WriteAsync(a, volume, 0, "AAAA"u8.ToArray());
        await MirrorPair.DoneAsync(a, unit, SiteAction.Snapshot);
        var newest = (await MirrorPair.UntilAsync(a, unit, _ => true)).Volumes[0].NewestHere!.Value;
        await MirrorPair.UntilAsync(b, unit, seen => seen.HeldByCopy >= newest.AddSeconds(-1));
        await CephLab.WriteAsync(a, volume, 4, "LOST"u8.ToArray());
        await AllDisksAsync(pair.A.FreezeAsync);
        try
        {
            var plan = await b.Ability<ISiteMirrors>()!.PlanSiteAsync(new SiteOrder(unit, SiteAction.PromoteByForce), CancellationToken.None);
            Assert.IsTrue(plan.IsOk, $"{plan.Fault}");
            StringAssert.Contains(string.Join(' ', plan.Value.Losses), "everything that was written at site-a after 20");
            await MirrorPair.DoneAsync(b, unit, SiteAction.PromoteByForce);
            await MirrorPair.OpenAsync(b, unit, 1, "m1");
            Assert.AreEqual("AAAA\0\0\0\0", await MirrorPair.ReadAsync(b, volume));
            await CephLab.WriteAsync(b, volume, 4, "KEPT"u8.ToArray());
        }
        finally
        {
            await AllDisksAsync(pair.A.ThawAsync);
        }

        await MirrorPair.UntilAsync(a, unit, seen => seen is { Role: SiteRole.Source, State: SiteState.TwoSources });
        await MirrorPair.UntilAsync(b, unit, seen => seen is { Role: SiteRole.Source, State: SiteState.TwoSources });
        Assert.AreEqual(FaultCode.PreconditionFailed, (await MirrorPair.OrderAsync(a, unit, SiteAction.Resync)).Fault?.Code, "a source is not thrown away");
        await MirrorPair.CloseAsync(a, unit);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Demote);
        await MirrorPair.UntilAsync(a, unit, seen => seen is { Role: SiteRole.Copy, State: SiteState.SplitBrain });
        await MirrorPair.UntilAsync(b, unit, seen => seen is { Role: SiteRole.Source, State: SiteState.SplitBrain });
        Assert.AreEqual(FaultCode.PreconditionFailed, (await MirrorPair.OrderAsync(a, unit, SiteAction.Promote)).Fault?.Code, "it has parted");

        var resync = await a.Ability<ISiteMirrors>()!.PlanSiteAsync(new SiteOrder(unit, SiteAction.Resync), CancellationToken.None);
        StringAssert.Contains(resync.Value.Losses.Single(), "what only this site has since both went apart");
        await MirrorPair.DoneAsync(a, unit, SiteAction.Resync);
        await MirrorPair.UntilAsync(a, unit, seen => seen is { Role: SiteRole.Copy, State: SiteState.Replaying });
        await MirrorPair.CloseAsync(b, unit);
        await MirrorPair.DoneAsync(b, unit, SiteAction.Demote);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Promote);
        await MirrorPair.OpenAsync(a, unit, 5, "n1");
        Assert.AreEqual("AAAAKEPT", await MirrorPair.ReadAsync(a, volume));
    }

    [TestMethod]
    public async Task An_order_that_was_cut_off_opens_nothing_and_is_given_again()
    {
        await using var a = pair!.Open(pair.A, "cut");
        await using var b = pair.Open(pair.B, "cut");
        var (unit, volume) = await MirroredAsync(a, b, "halves", "cut", "logs");
        await MirrorPair.CloseAsync(a, unit);

        // Killed between the index and the first volume.
        await AwayAsync(a, unit, "given away by n1");
        var refused = await a.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2), null, CancellationToken.None);
        StringAssert.Contains(refused.Fault!.Why, "given away by n1");
        await MirrorPair.DoneAsync(a, unit, SiteAction.Promote);
        await MirrorPair.OpenAsync(a, unit, 2, "n1");
        await MirrorPair.CloseAsync(a, unit);

        // By hand, or killed between two volumes: the index says nothing.
        await pair.A.RunAsync("rbd", "mirror", "image", "demote", "hot/halves+data");
        refused = await a.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 3), null, CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
        StringAssert.Contains(refused.Fault!.Why, "volume data follows another site");
        Assert.AreEqual(SiteRole.Mixed, (await MirrorPair.UntilAsync(a, unit, _ => true)).Role);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Demote);
        await MirrorPair.UntilAsync(b, unit, seen => seen.State == SiteState.NoSource);

        await pair.B.RunAsync("rbd", "mirror", "image", "promote", "hot/halves+data");
        await MirrorPair.DoneAsync(b, unit, SiteAction.Promote);
        await MirrorPair.OpenAsync(b, unit, 1, "m1");
        Assert.AreEqual(2, (await b.Ability<IVolumes>()!.ListAsync(CancellationToken.None)).Value.Count(one => one.Id.Unit == unit));
        Assert.AreEqual(8 << 20, (await b.Ability<IVolumes>()!.GetAsync(volume, CancellationToken.None)).Value.Bytes);
    }

    [TestMethod]
    public async Task Who_writes_makes_the_snapshots_another_writer_goes_on_and_nothing_piles_up()
    {
        var time = new ManualTimeProvider();
        await using var a = pair!.Open(pair.A, "often", time: time);
        await using var other = pair.Open(pair.A, "often", "n2");
        await using var b = pair.Open(pair.B, "often");
        var (unit, volume) = await MirroredAsync(a, b, "turns", "often");
        var upkeep = a.Ability<IUpkeep>()!;
        for (var round = 0; round < 8; round++)
        {
            await CephLab.WriteAsync(a, volume, round, [(byte)('0' + round)]);
            Assert.IsTrue(await upkeep.KeepAsync(CancellationToken.None) is { IsOk: true } or { Fault.Code: FaultCode.TimedOut });
            var newest = (await MirrorPair.UntilAsync(a, unit, _ => true)).Volumes[0].NewestHere;
            time.Advance(TimeSpan.FromSeconds(60));
            Assert.IsTrue((await upkeep.KeepAsync(CancellationToken.None)).IsOk);
            Assert.AreEqual(newest, (await MirrorPair.UntilAsync(a, unit, _ => true)).Volumes[0].NewestHere, "not due yet");
            time.Advance(TimeSpan.FromSeconds(240));
        }

        var count = (await pair.A.RunAsync("rbd", "snap", "ls", "--all", "hot/turns+data")).Split('\n').Count(line => line.Contains(".mirror.", StringComparison.Ordinal));
        Assert.IsTrue(count <= 6, $"{count} mirror snapshots");
        Assert.AreEqual(0, (await a.Ability<ISnapshots>()!.ListAsync(unit, CancellationToken.None)).Value.Count);

        // The other site's daemon has the image open, and is shut out with the old writer: it connects anew.
        await MirrorPair.OpenAsync(other, unit, 2, "n2");
        Assert.IsTrue((await other.Ability<IUpkeep>()!.KeepAsync(CancellationToken.None)).IsOk);
        var last = (await MirrorPair.UntilAsync(other, unit, _ => true)).Volumes[0].NewestHere!.Value;
        await MirrorPair.UntilAsync(b, unit, seen => seen.State == SiteState.Replaying && seen.HeldByCopy >= last.AddSeconds(-1));
    }

    [TestMethod]
    public async Task A_mirrored_volume_is_not_deleted_before_its_mirror_was_ended_and_then_the_copy_goes_too()
    {
        await using var a = pair!.Open(pair.A, "ended");
        await using var b = pair.Open(pair.B, "ended");
        var (unit, volume) = await MirroredAsync(a, b, "gone", "ended");
        var refused = await a.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
        StringAssert.Contains(refused.Fault!.NextStep, "nodeagent ceph mirror disable gone");
        var plan = await a.Ability<ISiteMirrors>()!.PlanSiteAsync(new SiteOrder(unit, SiteAction.Disable), CancellationToken.None);
        StringAssert.Contains(plan.Value.Losses.Single(), "The copy of ended:gone/data at site-b");
        Assert.AreEqual(FaultCode.PreconditionFailed, (await MirrorPair.OrderAsync(b, unit, SiteAction.Disable)).Fault?.Code, "where the source is");
        await MirrorPair.DoneAsync(a, unit, SiteAction.Disable);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Disable);
        Assert.IsTrue((await a.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None)).IsOk);
        var begun = TimeProvider.System.GetTimestamp();
        while ((await pair.B.RunAsync("rbd", "ls", "hot")).Contains("gone+data", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60))
        {
            await Task.Delay(500);
        }

        Assert.DoesNotContain("gone+data", await pair.B.RunAsync("rbd", "ls", "hot"));
    }

    private static async Task<(UnitId Unit, VolumeId Volume)> MirroredAsync(CephStorage a, CephStorage b, string name, string backend, string? second = null)
    {
        var unit = CephLab.Unit(name, backend);
        var volume = await CephLab.MakeAsync(a, unit);
        if (second is not null)
        {
            var made = await a.Ability<IVolumes>()!.CreateAsync(new VolumeSpec(new VolumeId(unit, second), VolumeKind.Block, 8 << 20), CephLab.Grant(unit), CancellationToken.None);
            Assert.IsTrue(made.IsOk, $"{made.Fault}");
        }

        await MirrorPair.DoneAsync(a, unit, SiteAction.Enable);
        await MirrorPair.UntilAsync(b, unit, seen => seen.Volumes.All(one => one is { State: SiteState.Replaying, HeldByCopy: not null }) && seen.Volumes.Count == (second is null ? 1 : 2));
        return (unit, volume);
    }

    private static async Task AllDisksAsync(Func<string, Task> act)
    {
        foreach (var disk in new[] { "osd.0", "osd.1", "osd.2" })
        {
            await act(disk);
        }
    }

    private static async Task AwayAsync(CephStorage site, UnitId unit, string away)
    {
        var told = await site.Gate.ChangeAsync(
            unit, "away",
            (connection, entries) => site.Gate.Index.Change(
                connection.Io, [new IndexEntry(Keys.Unit(unit.Name), entries.Unit!.Bytes)],
                [new IndexEntry(Keys.Unit(unit.Name), UnitIndex.Bytes(entries.Unit.Record with { Away = away }))], "away") is { IsOk: false } wrong ? wrong.Fault! : new Outcome<bool>(true),
            CancellationToken.None);
        Assert.IsTrue(told.IsOk, $"{told.Fault}");
    }
}
