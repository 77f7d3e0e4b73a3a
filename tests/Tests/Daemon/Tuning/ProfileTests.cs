using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Tuning;

[TestClass]
public sealed class ProfileTests
{
    public static IEnumerable<object[]> Names => TuningProfiles.All.Select(profile => new object[] { profile.Name });

    [TestMethod]
    [DataRow("zfs_nocacheflush")]
    [DataRow("zil_nocacheflush")]
    [DataRow("zil_replay_disable")]
    [DataRow("sync")]
    [DataRow("zfs_multihost_interval")]
    public void No_profile_names_what_loses_acknowledged_writes_and_one_that_does_is_refused(string name)
    {
        Assert.IsFalse(TuningProfiles.All.SelectMany(profile => profile.Settings).Any(setting => setting.Knob.Name == name));
        Assert.IsFalse(Knobs.All.Any(knob => knob.Name == name));
        var written = new TuningProfile("fast", "by hand", [new Setting(new Knob(name, KnobUnit.Requests, 0, 1, 0, "x"), Amount.Of(1), "faster")]);
        StringAssert.Contains(ProfileRules.Check(written).Fault!.Why, $"it sets {name}: ");
    }

    [TestMethod]
    public void A_refused_profile_writes_nothing()
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        var written = new TuningProfile("fast", "by hand", [.. TuningProfiles.Latency.Settings, new Setting(new Knob("zfs_nocacheflush", KnobUnit.Requests, 0, 1, 0, "x"), Amount.Of(1), "faster")]);
        Assert.IsFalse(stand.Tuner.Apply(written).IsOk);
        Assert.IsFalse(stand.Tuner.Try(written).IsOk);
        Assert.AreEqual(before, stand.Values);
        Assert.AreEqual(0L, stand["zfs_nocacheflush"]);
    }

    [TestMethod]
    public void All_that_is_wrong_with_a_profile_is_told_at_once()
    {
        var written = new TuningProfile("odd", "by hand",
        [
            new Setting(Knobs.SyncReadMin, Amount.Of(64), "x"), new Setting(Knobs.SyncReadMax, Amount.Of(32), "x"), new Setting(Knobs.GroupTimeout, Amount.Of(30), ""),
            new Setting(Knobs.SyncReadMax, Amount.Of(32), "x"), new Setting(new Knob("zfs_arc_max", KnobUnit.Bytes, 0, 1, null, "x"), Amount.Of(1), "x"),
        ]);
        var why = ProfileRules.Check(written).Fault!.Why;
        StringAssert.Contains(why, "it sets zfs_vdev_sync_read_min_active above zfs_vdev_sync_read_max_active");
        StringAssert.Contains(why, "it sets zfs_txg_timeout to 30, outside 1 to 15");
        StringAssert.Contains(why, "it does not say why it sets zfs_txg_timeout");
        StringAssert.Contains(why, "it sets zfs_vdev_sync_read_max_active twice");
        StringAssert.Contains(why, "it sets zfs_arc_max, which nobody has looked at");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Each_profile_keeps_the_rules_and_gives_reasons(string name)
    {
        var profile = TuningProfiles.Find(name).Value;
        Assert.IsTrue(ProfileRules.Check(profile).IsOk, ProfileRules.Check(profile).Fault?.Why);
        Assert.IsGreaterThan(0, profile.Purpose.Length);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Each_profile_stays_in_its_bounds_on_every_node(string name)
    {
        foreach (var ram in new[] { 1L << 30, 4L << 30, 16L << 30, 1L << 40 })
        {
            foreach (var drives in new[] { 0, 1, 24 })
            {
                var node = new NodeShape(ram, Math.Min(4L << 30, ram / 4), [.. Enumerable.Range(0, drives).Select(n => new DriveShape($"nvme{n}n1", false, false, 31))]);
                var amounts = TuningProfiles.Find(name).Value.Settings.ToDictionary(setting => setting.Knob.Name, setting => setting.Amount.On(node)!.Value.Value);
                Assert.IsLessThanOrEqualTo(Math.Min(4L << 30, ram / 4), amounts["zfs_dirty_data_max"]);
                Assert.IsLessThanOrEqualTo(ram / 8, amounts["zfs_dirty_data_max"]);
                Assert.AreEqual(2 * amounts["zfs_dirty_data_max"], amounts["zfs_wrlog_data_max"]);
                foreach (var knob in Knobs.All.Where(knob => knob.Unit == KnobUnit.Requests && amounts.ContainsKey(knob.Name)))
                {
                    Assert.IsLessThanOrEqualTo(Math.Max(knob.Default!.Value, drives == 0 ? 0 : 15), amounts[knob.Name], knob.Name);
                    Assert.IsTrue(knob.Above is null || !amounts.TryGetValue(knob.Above, out var above) || amounts[knob.Name] <= above, knob.Name);
                }
            }
        }
    }

    [TestMethod]
    public void The_default_profile_is_what_ZFS_has_by_itself()
    {
        using var stand = new TuneStand();
        var lines = stand.Tuner.Plan("default").Value.Lines;
        Assert.IsTrue(lines.Where(line => line.Unit != KnobUnit.Bytes).All(line => line.Verdict == TuneVerdict.Same));
        Assert.AreEqual(1_717_986_918L, lines.Single(line => line.Parameter == "zfs_dirty_data_max").Wanted);
    }

    [TestMethod]
    public void What_bounded_a_value_is_told()
    {
        using var stand = new TuneStand();
        stand.Drive("nvme3n1", requests: 40);
        stand.Drive("sda", rotates: true);
        var report = stand.Tuner.Plan("nvme-mirror-throughput").Value;
        var lines = report.Lines.ToDictionary(line => line.Parameter);
        StringAssert.Contains(lines["zfs_vdev_sync_write_max_active"].Why, "half the queue of 40");
        Assert.AreEqual(20L, lines["zfs_vdev_sync_write_max_active"].Wanted);
        StringAssert.Contains(lines["zfs_dirty_data_max"].Why, "1/8 of 16 GiB memory");
        Assert.IsTrue(report.Notes.Any(note => note.Contains("sda, which rotate", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_path_to_a_drive_bounds_the_queue_and_is_no_drive()
    {
        using var stand = new TuneStand();
        stand.Drive("nvme0c1n1", requests: 30);
        stand.Put("sys/block/nvme0c1n1/hidden", "1");
        var node = NodeLook.At(stand.Root, stand.Module);
        Assert.AreEqual((4, 30L), (node.NvmeDrives, node.ShortestQueue));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("MemTotal: lots kB")]
    [DataRow("MemTotal: -5 kB")]
    [DataRow("MemTotal: 99999999999999999999 kB")]
    public void Memory_that_cannot_be_read_bounds_nothing_and_so_nothing_is_set(string meminfo)
    {
        using var stand = new TuneStand();
        stand.Put("proc/meminfo", meminfo);
        Assert.AreEqual(TuneVerdict.Unreadable, stand.Tuner.Plan("nvme-mirror-latency").Value.Lines.Single(line => line.Parameter == "zfs_dirty_data_max").Verdict);
    }

    [TestMethod]
    [DataRow("10", 10L)]
    [DataRow("0", 0L)]
    [DataRow("", null)]
    [DataRow("-1", null)]
    [DataRow("010", null)]
    [DataRow("0x10", null)]
    [DataRow("1 2", null)]
    [DataRow("Y", null)]
    [DataRow("99999999999999999999999", null)]
    public void Only_numbers_that_can_be_written_back_as_they_were_are_numbers(string text, long? expected) =>
        Assert.AreEqual(expected, ParameterText.Number(text));
}
