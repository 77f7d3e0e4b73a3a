using NodeAgent.Contract;
using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Tuning;

[TestClass]
public sealed class TunerTests
{
    private const string Depth = "zfs_vdev_sync_write_max_active";

    [TestMethod]
    public void A_plan_changes_nothing_and_says_what_is_and_what_would_be()
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        var report = stand.Tuner.Plan("nvme-mirror-throughput").Value;
        var line = report.Lines.Single(entry => entry.Parameter == Depth);
        Assert.AreEqual((10L, 48L, TuneVerdict.Change), (line.Now, line.Wanted, line.Verdict));
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    public void What_was_applied_reads_back_and_a_revert_brings_back_exactly_what_was()
    {
        using var stand = new TuneStand();
        stand.Set("zfs_txg_timeout", 7);
        var before = stand.Values;
        var applied = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        Assert.AreEqual(48L, stand[Depth]);
        Assert.AreEqual(10L, stand["zfs_txg_timeout"]);
        Assert.IsTrue(applied.Lines.All(line => line.Verdict is TuneVerdict.Changed or TuneVerdict.Same));
        Assert.AreEqual("nvme-mirror-throughput", applied.Kept);
        var reverted = stand.Tuner.Revert().Value;
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(reverted.Kept);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    public void Applying_again_changes_nothing()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        var (values, record) = (stand.Values, stand.Record!);
        stand.Time.Advance(TimeSpan.FromHours(1));
        var again = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        Assert.IsTrue(again.Lines.All(line => line.Verdict == TuneVerdict.Same));
        Assert.AreEqual(values, stand.Values);
        Assert.AreEqual(record.Since, stand.Record!.Since);
    }

    [TestMethod]
    public void A_profile_after_a_profile_gives_up_what_only_the_first_set_and_a_revert_goes_back_to_before_both()
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        Assert.AreEqual(1L << 20, stand["zfs_vdev_aggregation_limit_non_rotating"]);
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        Assert.AreEqual(128L << 10, stand["zfs_vdev_aggregation_limit_non_rotating"]);
        Assert.AreEqual(32L, stand[Depth]);
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(before, stand.Values);
    }

    [TestMethod]
    public void What_somebody_else_changed_meanwhile_stays_and_is_told()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        stand.Set(Depth, 17);
        Assert.IsTrue(stand.Tuner.Plan(null).Value.Notes.Any(note => note.Contains($"Somebody else set {Depth} to 17", StringComparison.Ordinal)));
        var line = stand.Tuner.Revert().Value.Lines.Single(entry => entry.Parameter == Depth);
        Assert.AreEqual(TuneVerdict.LeftAlone, line.Verdict);
        Assert.AreEqual(17L, stand[Depth]);
        Assert.AreEqual(10L, stand["zfs_vdev_sync_read_max_active"]);
    }

    [TestMethod]
    public void A_revert_without_a_profile_does_nothing()
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        Assert.IsNull(stand.Tuner.Revert().Value.Profile);
        Assert.AreEqual(before, stand.Values);
    }

    [TestMethod]
    [DataRow("2.5.0-1")]
    [DataRow("2.2.7-1")]
    [DataRow("2.4.0-rc1")]
    [DataRow("2.3.99-1")]
    [DataRow("nonsense")]
    public void An_unknown_version_is_told_and_nothing_is_written(string version)
    {
        using var stand = new TuneStand(version);
        var before = stand.Values;
        var plan = stand.Tuner.Plan("nvme-mirror-latency").Value;
        Assert.IsTrue(plan.Lines.All(line => line.Verdict == TuneVerdict.UnknownVersion));
        var fault = stand.Tuner.Apply(TuningProfiles.Latency).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code);
        StringAssert.Contains(fault.Why, version);
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    public void Without_the_module_a_plan_says_so_and_nothing_can_be_applied()
    {
        using var stand = new TuneStand();
        Directory.Delete(Path.Join(stand.Root, "sys/module/zfs"), recursive: true);
        Assert.IsTrue(stand.Tuner.Plan(null).Value.Notes.Contains("The module zfs is not loaded."));
        StringAssert.Contains(stand.Tuner.Apply(TuningProfiles.Latency).Fault!.Why, "not loaded");
    }

    [TestMethod]
    public void What_is_missing_garbage_or_fixed_is_skipped_and_the_rest_is_done()
    {
        using var stand = new TuneStand();
        stand.Take("zfs_wrlog_data_max");
        stand.SetText("zfs_dirty_data_max", "-1");
        stand.Lock("zfs_vdev_sync_read_max_active");
        var lines = stand.Tuner.Apply(TuningProfiles.Latency).Value.Lines.ToDictionary(line => line.Parameter, line => line.Verdict);
        Assert.AreEqual(TuneVerdict.Missing, lines["zfs_wrlog_data_max"]);
        Assert.AreEqual(TuneVerdict.Unreadable, lines["zfs_dirty_data_max"]);
        Assert.AreEqual(TuneVerdict.NotWritable, lines["zfs_vdev_sync_read_max_active"]);
        Assert.AreEqual(TuneVerdict.Contradicts, lines["zfs_vdev_sync_read_min_active"], "its largest stays at 10");
        Assert.AreEqual(TuneVerdict.Changed, lines[Depth]);
        Assert.IsFalse(stand.Record!.Parameters.Any(step => step.Name is "zfs_dirty_data_max" or "zfs_vdev_sync_read_min_active"));
    }

    [TestMethod]
    public void A_largest_number_does_not_come_below_a_smallest_that_is_not_in_the_profile()
    {
        using var stand = new TuneStand();
        stand.Set("zfs_vdev_async_read_min_active", 20);
        stand.Set("zfs_vdev_async_read_max_active", 40);
        var line = stand.Tuner.Plan("nvme-mirror-latency").Value.Lines.Single(entry => entry.Parameter == "zfs_vdev_async_read_max_active");
        Assert.AreEqual((TuneVerdict.Contradicts, 8L), (line.Verdict, line.Wanted));
    }

    [TestMethod]
    public void All_values_that_the_kernel_refuses_are_told_at_once_and_the_rest_is_brought_back()
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        var module = new RefusingModule(stand.Module, ["zfs_vdev_sync_read_max_active"], ["zfs_dirty_data_max"]);
        var fault = stand.On(module).Apply(TuningProfiles.Latency).Fault!;
        StringAssert.Contains(fault.Why, "cannot write zfs_vdev_sync_read_max_active");
        StringAssert.Contains(fault.Why, "zfs_dirty_data_max is not");
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    public void A_refused_profile_leaves_the_one_before_in_force_and_kept()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        var values = stand.Values;
        Assert.IsFalse(stand.On(new RefusingModule(stand.Module, ["zfs_txg_timeout"], [])).Apply(TuningProfiles.Throughput).IsOk);
        Assert.AreEqual(values, stand.Values);
        Assert.AreEqual(("nvme-mirror-latency", TunePhase.Applied), (stand.Record!.Profile, stand.Record.Phase));
    }

    [TestMethod]
    public void Two_at_once_are_refused()
    {
        using var stand = new TuneStand();
        using var trial = stand.Tuner.Try(TuningProfiles.Latency).Value;
        Assert.AreEqual(FaultCode.Busy, stand.Tuner.Apply(TuningProfiles.Throughput).Fault!.Code);
        Assert.AreEqual(FaultCode.Busy, stand.Tuner.Revert().Fault!.Code);
    }

    [TestMethod]
    public void A_record_that_cannot_be_read_stops_everything_and_is_kept()
    {
        using var stand = new TuneStand();
        stand.Put("var/lib/nodeagent/tune/kept.json", "{\"profile\": 3}");
        var before = stand.Values;
        foreach (var fault in new[] { stand.Tuner.Apply(TuningProfiles.Latency).Fault!, stand.Tuner.Revert().Fault!, stand.Tuner.TakeUp().Fault! })
        {
            StringAssert.Contains(fault.What, "kept.json");
            StringAssert.Contains(fault.Why, "line 1");
        }

        Assert.AreEqual(before, stand.Values);
        Assert.IsTrue(File.Exists(Path.Join(stand.State, "tune/kept.json")));
        Assert.IsTrue(stand.Tuner.Plan(null).Value.Notes.Any(note => note.Contains("kept.json", StringComparison.Ordinal)));
    }
}
