using NodeAgent.Daemon.Status.Reserves;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Status.Reserves;

/// <summary>What a node tells of its memory and processors, read from /proc.</summary>
[TestClass]
public sealed class LoadWatchTests : IDisposable
{
    private const long Kibi = 1024;
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder root = new();

    public LoadWatchTests()
    {
        foreach (var folder in new[] { "proc/sys/kernel/random", "proc/spl/kstat/zfs" })
        {
            Directory.CreateDirectory(root[folder]);
        }

        Write("proc/sys/kernel/random/boot_id", "3f0c-boot\n");
        Write("proc/meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\nHugePages_Total: 0\n");
        Processors(0, 0);
    }

    public void Dispose() => root.Dispose();

    [TestMethod]
    public void Memory_that_could_be_given_to_somebody_else_is_not_used()
    {
        var load = Look(new LoadWatch(root.Path, time));
        Assert.AreEqual(("3f0c-boot", 1000 * Kibi, 600 * Kibi, 2), (load.Machine, load.MemoryBytes, load.UsedBytes, load.Processors));
        Assert.IsNull(load.Busy, "nobody knows it of one look");
    }

    [TestMethod]
    [DataRow(307_200, 102_400, 400, DisplayName = "ZFS gives its cache back down to the least size")]
    [DataRow(1000, 102_400, 600, DisplayName = "smaller than its least size already")]
    public void The_cache_of_zfs_is_not_used(long size, long least, long used)
    {
        Write("proc/spl/kstat/zfs/arcstats", $"9 1 0x01 147 39984 4 5\nname type data\nhits 4 12\nsize 4 {size}\nc_min 4 {least}\n");
        Assert.AreEqual(used * Kibi, Look(new LoadWatch(root.Path, time)).UsedBytes);
    }

    [TestMethod]
    public void Processors_are_busy_in_the_mean_of_five_minutes_without_those_that_wait_for_disks()
    {
        var watch = new LoadWatch(root.Path, time);
        watch.Look();
        for (var minute = 1; minute <= 20; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(0.5));

            // Idle for five minutes, then one of the two busy all the time.
            Processors(busy: Math.Max(0, minute - 10) * 3000, other: (minute * 6000) - (Math.Max(0, minute - 10) * 3000));
            Assert.AreEqual(minute == 1, Look(watch).Busy is null, "not before a minute");
        }

        Assert.AreEqual(1d, Look(watch).Busy!.Value, 0.001);
    }

    [TestMethod]
    public void What_cannot_be_read_leaves_what_was_seen_which_grows_old()
    {
        var watch = new LoadWatch(root.Path, time);
        Assert.IsNull(watch.Last);
        watch.Look();
        File.Delete(root["proc/meminfo"]);
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.AreEqual(90, Look(watch).AgeSeconds);
        Write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: many kB\n");
        Assert.AreEqual(90, Look(watch).AgeSeconds);
    }

    [TestMethod]
    public void Counters_that_went_back_begin_anew()
    {
        var watch = new LoadWatch(root.Path, time);
        Processors(9000, 100);
        watch.Look();
        time.Advance(TimeSpan.FromMinutes(2));
        Processors(10, 10);
        Assert.IsNull(Look(watch).Busy);
        time.Advance(TimeSpan.FromMinutes(2));
        Processors(12_010, 12_010);
        Assert.AreEqual(1d, Look(watch).Busy!.Value, 0.001);
    }

    [TestMethod]
    public void This_machine_tells()
    {
        var load = Look(new LoadWatch("/", time));
        Assert.IsTrue(load is { MemoryBytes: > 0, UsedBytes: > 0, Machine: not null } && load.UsedBytes < load.MemoryBytes && load.Processors >= Environment.ProcessorCount, $"{load}");
    }

    private static NodeLoad Look(LoadWatch watch)
    {
        watch.Look();
        return watch.Last!;
    }

    private void Write(string file, string text) => File.WriteAllText(root[file], text);

    // Of the rest half is idle, half waits for disks.
    private void Processors(long busy, long other) => Write(
        "proc/stat", $"cpu  {busy} 0 0 {other / 2} {other - (other / 2)} 0 0 0 7 7\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nintr 5 6 7\n");
}
