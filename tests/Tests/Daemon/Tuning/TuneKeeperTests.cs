using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Tuning;

[TestClass]
public sealed class TuneKeeperTests
{
    [TestMethod]
    public void After_a_reboot_the_kept_profile_is_in_force_again_and_a_revert_knows_the_new_values()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        var tuned = stand.Values;
        stand.Reboot();
        stand.Set("zfs_txg_timeout", 6);
        var booted = stand.Values;
        Keeper(stand).Look();
        Assert.AreEqual(tuned, stand.Values);
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(booted, stand.Values);
    }

    [TestMethod]
    public void In_the_same_boot_what_somebody_else_set_is_left_to_him()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        stand.Set("zfs_txg_timeout", 6);
        Keeper(stand).Look();
        Assert.AreEqual(6L, stand["zfs_txg_timeout"]);
    }

    [TestMethod]
    public void Memory_is_looked_at_again_after_a_reboot()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        Assert.AreEqual(2L << 30, stand["zfs_dirty_data_max"]);
        stand.Reboot();
        stand.Put("proc/meminfo", "MemTotal: 8388608 kB");
        Keeper(stand).Look();
        Assert.AreEqual(1L << 30, stand["zfs_dirty_data_max"]);
    }

    [TestMethod]
    public void A_module_of_an_unknown_version_is_left_alone_until_it_is_known()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        stand.Reboot();
        var booted = stand.Values;
        stand.Put("sys/module/zfs/version", "2.5.0-1");
        Keeper(stand).Look();
        Assert.AreEqual(booted, stand.Values);
        stand.Put("sys/module/zfs/version", "2.4.4-1");
        Keeper(stand).Look();
        Assert.AreEqual(48L, stand["zfs_vdev_sync_write_max_active"]);
    }

    [TestMethod]
    public void A_module_that_is_loaded_later_is_tuned_then()
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        stand.Reboot();
        var (here, away) = (Path.Join(stand.Root, "sys/module/zfs"), Path.Join(stand.Root, "away"));
        Directory.Move(here, away);
        Keeper(stand).Look();
        Directory.Move(away, here);
        Keeper(stand).Look();
        Assert.AreEqual(48L, stand["zfs_vdev_sync_write_max_active"]);
    }

    [TestMethod]
    public void A_trial_that_a_power_cut_ended_needs_nothing_but_to_be_forgotten()
    {
        using var stand = new TuneStand();
        var trial = stand.Tuner.Try(TuningProfiles.Throughput).Value;
        var record = stand.Trial!;
        trial.Dispose();
        Assert.IsNull(new TuneBook(stand.State).Store(TuneBook.Trial, record).Fault);
        stand.Reboot();
        stand.Set("zfs_txg_timeout", 10);
        Keeper(stand).Look();
        Assert.AreEqual(10L, stand["zfs_txg_timeout"]);
        Assert.IsNull(stand.Trial);
    }

    [TestMethod]
    public void While_a_trial_runs_the_agent_waits()
    {
        using var stand = new TuneStand();
        using var trial = stand.Tuner.Try(TuningProfiles.Throughput).Value;
        Keeper(stand).Look();
        Assert.AreEqual(48L, stand["zfs_vdev_sync_write_max_active"]);
        Assert.IsNotNull(stand.Trial);
    }

    private static TuneKeeper Keeper(TuneStand stand) => new(stand.Tuner, stand.Time, NullLogger.Instance);
}
