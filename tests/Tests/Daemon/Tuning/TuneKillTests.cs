using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>The process is killed at every write, before and after the kernel took it; a next one goes on or back.</summary>
[TestClass]
public sealed class TuneKillTests
{
    public static IEnumerable<object[]> Points => Enumerable.Range(1, 12).SelectMany(at => new object[][] { [at, false], [at, true] });

    [TestMethod]
    public void The_points_below_are_all_there_are()
    {
        using var stand = new TuneStand();
        var module = new MortalModule(stand.Module, 0, afterwards: false);
        _ = stand.On(module).Apply(TuningProfiles.Throughput).Value;
        Assert.AreEqual(12, module.Writes);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Killed_while_applying_a_revert_brings_everything_back(int at, bool afterwards)
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        Kill(() => stand.On(new MortalModule(stand.Module, at, afterwards)).Apply(TuningProfiles.Throughput));
        Assert.AreEqual(TunePhase.Applying, stand.Record!.Phase);
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Killed_while_applying_the_agent_goes_on_and_what_was_before_is_not_forgotten(int at, bool afterwards)
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        Kill(() => stand.On(new MortalModule(stand.Module, at, afterwards)).Apply(TuningProfiles.Throughput));
        Assert.IsNotNull(stand.Tuner.TakeUp().Value);
        Assert.AreEqual(TunePhase.Applied, stand.Record!.Phase);
        Assert.AreEqual(48L, stand["zfs_vdev_sync_write_max_active"]);
        Assert.IsNull(stand.Tuner.TakeUp().Value, "nothing is left to do");
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(before, stand.Values);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Killed_between_two_profiles_a_revert_goes_back_to_before_both(int at, bool afterwards)
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        var isKilled = Kill(() => stand.On(new MortalModule(stand.Module, at, afterwards)).Apply(TuningProfiles.Throughput));
        Assert.AreEqual(at <= 9, isKilled);
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(before, stand.Values);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Killed_while_reverting_the_next_one_ends_it(int at, bool afterwards)
    {
        using var stand = new TuneStand();
        var before = stand.Values;
        _ = stand.Tuner.Apply(TuningProfiles.Throughput).Value;
        Kill(() => stand.On(new MortalModule(stand.Module, at, afterwards)).Revert());
        Assert.AreEqual(TunePhase.Reverting, stand.Record!.Phase);
        _ = at % 2 == 0 ? stand.Tuner.Revert().Value : stand.Tuner.TakeUp().Value;
        Assert.AreEqual(before, stand.Values);
        Assert.IsNull(stand.Record);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public void Killed_while_a_trial_begins_the_agent_brings_back_the_kept_profile(int at, bool afterwards)
    {
        using var stand = new TuneStand();
        _ = stand.Tuner.Apply(TuningProfiles.Latency).Value;
        var kept = stand.Values;
        var isKilled = Kill(() => stand.On(new MortalModule(stand.Module, at, afterwards)).Try(TuningProfiles.Throughput));
        if (isKilled)
        {
            Assert.IsNotNull(stand.Trial);
            _ = stand.Tuner.TakeUp().Value;
        }

        Assert.IsTrue(isKilled || at > 9);
        Assert.AreEqual(isKilled ? kept : stand.Values, stand.Values);
        Assert.AreEqual("nvme-mirror-latency", stand.Record!.Profile);
    }

    [TestMethod]
    public void A_value_set_by_somebody_after_a_kill_is_not_overwritten()
    {
        using var stand = new TuneStand();
        Kill(() => stand.On(new MortalModule(stand.Module, 5, afterwards: true)).Apply(TuningProfiles.Throughput));
        stand.Set("zfs_txg_timeout", 3);
        _ = stand.Tuner.Revert().Value;
        Assert.AreEqual(3L, stand["zfs_txg_timeout"]);
    }

    // A killed process loses its locks with it; one that only threw has to let go of them, as Locked and the collector do.
    private static bool Kill(Func<object> work)
    {
        try
        {
            (work() as IDisposable)?.Dispose();
            return false;
        }
        catch (KilledException)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return true;
        }
    }
}
