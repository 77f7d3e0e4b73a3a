using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class RolesTests
{
    private static ZfsTree Copy(long epoch = 3) => ZfsTree.Copy(epoch).Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11").Zvol("disk").Snapshot("disk", "na-1", "21");

    private static ZfsTree Writer(long epoch) => ZfsTree.Writer(epoch).Filesystem("data", mounted: "no").Zvol("disk");

    [TestMethod]
    public async Task Promoting_stores_the_epoch_before_it_opens()
    {
        var rig = new Rig().With(Copy(), Writer(4));
        Assert.AreEqual(Role.Writer, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Value.Role);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs set io.nodeagent:epoch=4 io.nodeagent:head=own tank/nodeagent/db",
                "zfs set readonly=off tank/nodeagent/db",
                "zfs mount tank/nodeagent/db/data",
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task If_the_epoch_cannot_be_stored_nothing_opens()
    {
        var rig = new Rig().With(Copy());
        rig.Commands.On("zfs set io.nodeagent:epoch", "", 1, "out of space");
        Assert.AreEqual(FaultCode.OutOfSpace, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.Contains("readonly=off", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_writer_at_the_epoch_is_left_alone_but_mounted()
    {
        var rig = new Rig().With(Writer(4));
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        CollectionAssert.AreEqual(new[] { "zfs mount tank/nodeagent/db/data" }, rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    [DataRow(2L, "n1", FaultCode.StaleEpoch)]
    [DataRow(4L, "n2", FaultCode.NotWriter)]
    public async Task A_grant_that_is_old_or_anothers_promotes_nothing(long epoch, string holder, FaultCode code)
    {
        var rig = new Rig().With(Copy());
        Assert.AreEqual(code, (await rig.Roles.PromoteAsync(Rig.Grant(epoch, holder), null, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_touched_copy_with_a_half_interval_goes_back_to_the_newest_complete_snapshot()
    {
        var tree = ZfsTree.Copy().Filesystem("data", mounted: "no", more: [("receive_resume_token", "1-a-b-00"), ("written", "512")])
            .Snapshot("data", "na-1", "11").Snapshot("data", "na-2", "12", ("io.nodeagent:volumes", "data,disk"), ("userrefs", "1"))
            .Zvol("disk").Snapshot("disk", "na-1", "21");
        var rig = new Rig().With(tree, Writer(4));
        rig.Commands.On("zfs holds", "tank/nodeagent/db/data@na-2\tna-anchor:n2\t1795217080\n")
            .On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs receive -A tank/nodeagent/db/data",
                "zfs release na-anchor:n2 tank/nodeagent/db/data@na-2",
                "zfs program -j tank - destroy tank/nodeagent/db/data@na-2 rollback tank/nodeagent/db/data rollback tank/nodeagent/db/disk",
                "zfs set io.nodeagent:epoch=4 io.nodeagent:head=own tank/nodeagent/db",
            },
            rig.Commands.Changes.Take(4).ToArray());
    }

    [TestMethod]
    public async Task What_came_last_is_promoted_even_if_the_writers_clock_was_set_back()
    {
        var tree = ZfsTree.Copy().Filesystem("data", mounted: "no").Zvol("disk");
        foreach (var (name, guid, taken) in new[] { ("na-1-10", "1", 1_800_000_900_000), ("na-1-11", "2", 1_800_000_000_000), ("na-1-12", "3", 1_800_000_060_000) })
        {
            (string, string)[] more = [("io.nodeagent:volumes", "data,disk"), ("io.nodeagent:taken", $"{taken}")];
            tree.Snapshot("data", name, $"1{guid}", more).Snapshot("disk", name, $"2{guid}", more);
        }

        var rig = new Rig().With(tree);
        Assert.AreEqual("na-1-12", (await rig.Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Snapshot);
        CollectionAssert.AreEqual(
            new[] { "na-1-10", "na-1-11", "na-1-12" }, (await rig.Snapshots.ListAsync(Rig.Unit, default)).Value.Select(known => known.Id.Name).ToArray());
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.StartsWith("zfs program", StringComparison.Ordinal)), "nothing is newer than the newest");
    }

    [TestMethod]
    public async Task A_snapshot_whose_parts_came_in_turn_with_anothers_is_still_the_older_one()
    {
        // A volume that came anew got the newer snapshot first; the other volume was resumed, and got both after that.
        (string, string) both = ("io.nodeagent:volumes", "data,disk");
        var tree = ZfsTree.Copy().Filesystem("data", mounted: "no").Zvol("disk").Snapshot("disk", "na-2", "22", both)
            .Snapshot("data", "na-1", "11", ("io.nodeagent:volumes", "data")).Snapshot("data", "na-2", "12", both);
        Assert.AreEqual("na-2", (await new Rig().With(tree).Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Snapshot);
    }

    [TestMethod]
    public async Task A_receive_that_broke_off_is_nobodys_clone()
    {
        var tree = ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("receive_resume_token", "1-a-b-00"))
            .Snapshot("data", "na-1", "11").Snapshot("data", "na-2", "12", ("io.nodeagent:volumes", "data,disk"), ("clones", "tank/nodeagent/db/data/%recv"))
            .Zvol("disk").Snapshot("disk", "na-1", "21");
        var rig = new Rig().With(tree);
        rig.Commands.On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        Assert.IsEmpty((await rig.Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Blockers);
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        Assert.AreEqual("zfs receive -A tank/nodeagent/db/data", rig.Commands.Changes.First());
        var foreign = new Rig().With(ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11")
            .Snapshot("data", "na-2", "12", ("io.nodeagent:volumes", "data,disk"), ("clones", "tank/mine,tank/nodeagent/db/data/%recv")));
        Assert.HasCount(1, (await foreign.Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Blockers);
    }

    private static ZfsTree HalfInterval(params (string, string)[] more) => ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11")
        .Snapshot("data", "na-2", "12", [("io.nodeagent:volumes", "data,disk"), .. more]).Bookmark("data", "mine", "12").Zvol("disk").Snapshot("disk", "na-1", "21");

    [TestMethod]
    public async Task A_snapshot_that_somebody_holds_is_told_before_anything_goes()
    {
        var rig = new Rig().With(HalfInterval(("userrefs", "2")));
        rig.Commands.On("zfs holds", "tank/nodeagent/db/data@na-2\tna-anchor:n2\t1795217080\ntank/nodeagent/db/data@na-2\taudit\t1795217080\n");
        var blocker = (await rig.Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Blockers.Single();
        Assert.Contains("tank/nodeagent/db/data@na-2 is held by 'audit'", blocker);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_bookmark_goes_only_after_all_snapshots_are_known_to_be_able_to()
    {
        var refused = new Rig().With(HalfInterval());
        refused.Commands.On("zfs program -j tank - check", "{\"return\":{\"failed\":{},\"refused\":{\"tank/nodeagent/db/data@na-2\":16}}}");
        Assert.AreEqual(FaultCode.InUse, (await refused.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
        Assert.AreEqual("zfs program -j tank - check destroy tank/nodeagent/db/data@na-2 rollback tank/nodeagent/db/data rollback tank/nodeagent/db/disk", refused.Commands.Changes.Single());

        var rig = new Rig().With(HalfInterval(), Writer(4));
        rig.Commands.On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        CollectionAssert.AreEqual(
            new[] { "zfs program -j tank - check", "zfs destroy tank/nodeagent/db/data#mine", "zfs program -j tank - destroy" },
            rig.Commands.Changes.Take(3).Select(line => string.Join(' ', line.Split(' ').Take(line.Contains('#') ? 3 : 6))).ToArray());
    }

    [TestMethod]
    public async Task A_receive_of_an_earlier_epoch_is_ended_before_the_unit_is_looked_at()
    {
        var partial = ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("receive_resume_token", "1-a-b-00")).Snapshot("data", "na-1", "11");
        var rig = new Rig().With(ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11"));
        rig.Commands.HoldingUntilKilled("zfs receive -s");
        var step = new StreamStep(
            Rig.Data, new HistoryPoint("na-1", "11", 1, DateTimeOffset.UnixEpoch, false), new HistoryPoint("na-2", "12", 2, DateTimeOffset.UnixEpoch, false),
            null, new Epoch(3));
        var receiving = rig.Streams.ReceiveAsync(step, Stream.Null, null, default);
        Assert.IsTrue(rig.Commands.Asked.Any(line => line.StartsWith("zfs receive -s", StringComparison.Ordinal)));
        rig.Commands.Replace(Rig.ListUnit, partial.ToJson());

        Assert.AreEqual(FaultCode.StaleEpoch, (await rig.Roles.PromoteAsync(Rig.Grant(2), null, default)).Fault!.Code);
        Assert.IsFalse(receiving.IsCompleted, "an older grant ends nothing");
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        Assert.AreEqual(FaultCode.StaleEpoch, (await receiving.WaitAsync(TimeSpan.FromSeconds(5))).Fault!.Code);
        Assert.Contains("zfs receive -A tank/nodeagent/db/data", rig.Commands.Asked);
    }

    private static StreamStep Increment(long epoch) => new(
        Rig.Data, new HistoryPoint("na-1", "11", 1, DateTimeOffset.UnixEpoch, false), new HistoryPoint("na-2", "12", 2, DateTimeOffset.UnixEpoch, false),
        null, new Epoch(epoch));

    private static bool HasReceived(Rig rig) => rig.Commands.Asked.Any(line => line.StartsWith("zfs receive -s", StringComparison.Ordinal));

    [TestMethod]
    [DataRow("zfs list")]
    [DataRow("zfs set io.nodeagent:epoch")]
    [DataRow("zfs set readonly=off")]
    public async Task A_stream_that_was_let_in_before_the_promotion_does_not_begin_beside_it(string during)
    {
        var rig = new Rig().With(Copy());
        var going = rig.Commands.Holding(during);
        var promoting = rig.Roles.PromoteAsync(Rig.Grant(4), null, default);
        rig.Commands.LetGo(during);

        var received = await rig.Streams.ReceiveAsync(Increment(3), Stream.Null, null, default);

        Assert.AreEqual(FaultCode.StaleEpoch, received.Fault?.Code);
        Assert.IsFalse(HasReceived(rig), "the head would be exchanged under the service");
        going.SetResult();
        Assert.IsTrue((await promoting).IsOk);
    }

    [TestMethod]
    public async Task A_stream_of_the_next_writer_waits_until_the_promotion_before_it_is_done()
    {
        var rig = new Rig().With(Copy());
        var going = rig.Commands.Holding("zfs set io.nodeagent:epoch");
        var promoting = rig.Roles.PromoteAsync(Rig.Grant(4), null, default);
        rig.Commands.LetGo("zfs set io.nodeagent:epoch");

        var received = await rig.Streams.ReceiveAsync(Increment(5), Stream.Null, null, default);

        Assert.AreEqual((FaultCode.Busy, Retry.Later), (received.Fault?.Code, received.Fault?.Retry));
        Assert.IsEmpty(rig.Commands.Changes.Where(line => line.Contains("epoch=5", StringComparison.Ordinal)).ToList());
        going.SetResult();
        Assert.IsTrue((await promoting).IsOk);
    }

    [TestMethod]
    public async Task Nothing_is_promoted_beside_a_stream_of_a_later_epoch_that_the_storage_does_not_know_yet()
    {
        var rig = new Rig().With(Copy());
        var storing = rig.Commands.Holding("zfs set io.nodeagent:epoch=5");
        var receiving = rig.Streams.ReceiveAsync(Increment(5), Stream.Null, null, default);

        var promoted = await rig.Roles.PromoteAsync(Rig.Grant(4), null, default).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.AreEqual(FaultCode.StaleEpoch, promoted.Fault?.Code);
        Assert.IsEmpty(rig.Commands.Changes.Where(line => line.Contains("epoch=4", StringComparison.Ordinal)).ToList());
        storing.SetResult();
        await receiving;
    }

    [TestMethod]
    public async Task A_stream_that_does_not_end_keeps_the_unit_closed()
    {
        var rig = new Rig().With(Copy());
        var hanging = rig.Commands.Holding("zfs receive -s");
        var receiving = rig.Streams.ReceiveAsync(Increment(3), Stream.Null, null, default);
        var promoting = rig.Roles.PromoteAsync(Rig.Grant(4), null, default);
        rig.Time.Advance(TimeSpan.FromSeconds(10));

        var promoted = await promoting;
        Assert.AreEqual((FaultCode.Busy, Retry.Later), (promoted.Fault?.Code, promoted.Fault?.Retry));
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.Contains("readonly=off", StringComparison.Ordinal)));
        hanging.SetResult();
        await receiving;
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk, "asked again when it has ended");
    }

    [TestMethod]
    public async Task Of_a_promotion_that_failed_nothing_stays_but_what_the_storage_knows()
    {
        var rig = new Rig().With(Copy());
        rig.Commands.On("zfs set io.nodeagent:epoch=4", "", 1, "out of space");
        Assert.AreEqual(FaultCode.OutOfSpace, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
        await rig.Streams.ReceiveAsync(Increment(3), Stream.Null, null, default);
        Assert.IsTrue(HasReceived(rig), "a unit that is made anew begins with epoch 1 again");
    }

    [TestMethod]
    public async Task A_former_writers_own_writes_are_never_rolled_back()
    {
        var tree = new ZfsTree(readOnly: true).Filesystem("data", mounted: "no", more: ("written", "4096")).Snapshot("data", "na-1", "11");
        var rig = new Rig().With(tree, Writer(4));
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).IsOk);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.Contains("rollback", StringComparison.Ordinal) || line.StartsWith("zfs program", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_plan_tells_the_loss_and_the_steps()
    {
        var plan = (await new Rig().With(Copy()).Roles.PlanPromoteAsync(Rig.Unit, default)).Value;
        Assert.AreEqual("na-1", plan.Snapshot);
        Assert.AreEqual(LossConfidence.UpperBound, plan.Loss.Confidence);
        Assert.IsNotNull(plan.Loss.DataAsOf);
        Assert.IsEmpty(plan.Blockers);
        Assert.HasCount(3, plan.Steps);
    }

    [TestMethod]
    public async Task A_copy_without_a_complete_snapshot_or_key_cannot_be_promoted()
    {
        var rig = new Rig().With(ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("keystatus", "unavailable")));
        Assert.HasCount(2, (await rig.Roles.PlanPromoteAsync(Rig.Unit, default)).Value.Blockers);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task Demoting_unmounts_closes_and_writes_out()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data"), Copy());
        Assert.AreEqual(Role.Reader, (await rig.Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
        CollectionAssert.AreEqual(
            new[] { "zfs unmount tank/nodeagent/db/data", "zfs set readonly=on io.nodeagent:head=own tank/nodeagent/db", "zpool sync tank" },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task After_a_crash_the_intent_log_is_replayed_before_the_head_is_looked_at()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data", mounted: "no").Zvol("disk"), Copy());
        Assert.AreEqual(Role.Reader, (await rig.Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs mount -o ro tank/nodeagent/db/data", "zfs unmount tank/nodeagent/db/data",
                "zfs set readonly=on io.nodeagent:head=own tank/nodeagent/db", "zpool sync tank",
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task A_log_that_cannot_be_replayed_does_not_keep_the_unit_open()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data", mounted: "no"), Copy());
        rig.Commands.On("zfs mount -o ro", "", 1, "cannot mount: filesystem busy");
        Assert.AreEqual(Role.Reader, (await rig.Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
    }

    [TestMethod]
    public async Task A_busy_unit_is_not_demoted_and_what_was_unmounted_is_mounted_again()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("a").Filesystem("b"));
        rig.Commands.On("zfs unmount tank/nodeagent/db/b", "", 1, "cannot unmount '/b': pool or dataset is busy");
        var fault = (await rig.Roles.DemoteAsync(Rig.Unit, null, default)).Fault!;
        Assert.AreEqual(FaultCode.InUse, fault.Code);
        Assert.IsTrue(fault.Facts.ContainsKey("users"));
        Assert.AreEqual("zfs mount tank/nodeagent/db/a", rig.Commands.Asked[^1]);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.Contains("readonly=on", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_volume_with_a_readonly_of_its_own_is_made_to_inherit()
    {
        var stray = ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("readonly", "off"));
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data"), stray, Copy());
        Assert.AreEqual(Role.Reader, (await rig.Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
        Assert.Contains("zfs inherit readonly tank/nodeagent/db/data", rig.Commands.Asked);
    }

    [TestMethod]
    public async Task One_volume_that_takes_writes_makes_a_writer() =>
        Assert.AreEqual(
            Role.Writer,
            (await new Rig().With(ZfsTree.Copy().Filesystem("data", more: ("readonly", "off"))).Roles.GetRoleAsync(Rig.Unit, default)).Value.Role);

    [TestMethod]
    public async Task Demoting_a_reader_or_nothing_is_done()
    {
        Assert.AreEqual(Role.Reader, (await new Rig().With(Copy()).Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
        Assert.AreEqual(Role.Absent, (await new Rig().WithoutUnit().Roles.DemoteAsync(Rig.Unit, null, default)).Value.Role);
    }
}
