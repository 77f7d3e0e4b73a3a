using NodeAgent.Contract;
using NodeAgent.Daemon.Benchmarks;
using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Benchmarks;

[TestClass]
public sealed class VolumeBenchTests
{
    private const string Depth = "zfs_vdev_sync_write_max_active";

    [TestMethod]
    public async Task As_it_is_every_job_runs_once_on_a_file_that_is_full_and_has_no_name()
    {
        using var stand = new BenchStand();
        var report = (await stand.Bench().RunAsync(stand.Order(), stand.Tell, CancellationToken.None)).Value;
        CollectionAssert.AreEqual(new[] { "randwrite-fsync 10 8388608 8388608 1", "seqread 10 8388608 8388608 1" }, stand.Runs.ToArray());
        Assert.AreEqual(("fio-3.33", "zfs", "2.3.9-0+deb13u1", 1), (report.Fio, report.Filesystem, report.Zfs, report.Arms.Count));
        Assert.IsEmpty(report.Ratios);
        Assert.IsEmpty(Directory.GetFileSystemEntries(stand.Scratch.Path));
    }

    [TestMethod]
    public async Task While_it_runs_the_folder_shows_no_file()
    {
        using var stand = new BenchStand("ls -A \"$(dirname \"$(readlink \"$NODEAGENT_FILE\" | sed 's/ (deleted)//')\")\" | sed 's/^/seen /' >> $(dirname \"$0\")/log");
        Assert.IsTrue((await stand.Bench().RunAsync(stand.Order(), stand.Tell, CancellationToken.None)).IsOk);
        Assert.HasCount(2, stand.Runs);
    }

    [TestMethod]
    public async Task A_profile_is_in_force_for_its_own_arm_only_and_the_ratio_is_told()
    {
        using var stand = new BenchStand();
        var before = stand.Node.Values;
        var report = (await stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput), stand.Tell, CancellationToken.None)).Value;
        CollectionAssert.AreEqual(new[] { "randwrite-fsync 10", "seqread 10", "randwrite-fsync 48", "seqread 48" }, Short(stand));
        Assert.AreEqual(before, stand.Node.Values);
        Assert.IsNull(stand.Node.Trial);
        CollectionAssert.AreEqual(new[] { 2d, 2d }, report.Ratios.Select(ratio => ratio.Speed).ToArray());
        CollectionAssert.AreEqual(new[] { "as it is", "nvme-mirror-throughput" }, report.Arms.Select(arm => arm.Name).ToArray());
    }

    [TestMethod]
    public async Task Rounds_take_turns_and_the_order_turns_too()
    {
        using var stand = new BenchStand();
        var report = (await stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput, rounds: 2), stand.Tell, CancellationToken.None)).Value;
        CollectionAssert.AreEqual(
            new[] { "10", "48", "48", "10" }, Short(stand).Where(run => run.StartsWith("seqread", StringComparison.Ordinal)).Select(run => run.Split(' ')[1]).ToArray());
        Assert.AreEqual(2000d, report.Arms[1].Figures[0].Iops);
    }

    [TestMethod]
    public async Task A_kept_profile_is_in_force_again_afterwards()
    {
        using var stand = new BenchStand();
        _ = stand.Node.Tuner.Apply(TuningProfiles.Default).Value;
        var kept = stand.Node.Values;
        Assert.IsTrue((await stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput), stand.Tell, CancellationToken.None)).IsOk);
        Assert.AreEqual(kept, stand.Node.Values);
        Assert.AreEqual("default", stand.Node.Record!.Profile);
    }

    [TestMethod]
    public async Task A_job_that_fails_under_the_profile_leaves_the_node_as_it_was()
    {
        using var stand = new BenchStand("if [ $depth = 48 ]; then echo 'fio: io_u error' >&2; exit 1; fi");
        var before = stand.Node.Values;
        var fault = (await stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput), stand.Tell, CancellationToken.None)).Fault!;
        Assert.AreEqual("fio: io_u error", fault.Native);
        Assert.AreEqual(before, stand.Node.Values);
        Assert.IsNull(stand.Node.Trial);
        Assert.IsEmpty(Directory.GetFileSystemEntries(stand.Scratch.Path));
    }

    [TestMethod]
    public async Task Cancelled_under_the_profile_the_node_is_as_it_was()
    {
        using var stand = new BenchStand("if [ $depth = 48 ]; then touch $(dirname \"$0\")/there; exec sleep 600; fi");
        var before = stand.Node.Values;
        using var cancel = new CancellationTokenSource();
        var running = stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput), stand.Tell, cancel.Token);
        await Support.Until.TrueAsync(() => File.Exists(stand.Tools["there"]));
        Assert.AreEqual(48L, stand.Node[Depth]);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        Assert.AreEqual(before, stand.Node.Values);
        Assert.IsNull(stand.Node.Trial);
        Assert.IsEmpty(Directory.GetFileSystemEntries(stand.Scratch.Path));
    }

    [TestMethod]
    public async Task What_somebody_sets_under_the_trial_stays()
    {
        using var stand = new BenchStand("if [ $depth = 48 ]; then echo 21 > \"$parameter\"; fi");
        File.WriteAllText(stand.Tools["seqread-21"], FioText.Of("seqread"));
        Assert.IsTrue((await stand.Bench().RunAsync(stand.Order(TuningProfiles.Throughput), stand.Tell, CancellationToken.None)).IsOk);
        Assert.AreEqual(21L, stand.Node[Depth]);
        Assert.AreEqual(10L, stand.Node["zfs_vdev_sync_read_max_active"]);
    }

    [TestMethod]
    public async Task All_that_is_missing_is_told_at_once_with_the_package()
    {
        using var stand = new BenchStand { Room = new BenchRoom("zfs", 1 << 20, 1L << 30) };
        var fault = (await stand.Bench(hasFio: false).RunAsync(stand.Order(), stand.Tell, CancellationToken.None)).Fault!;
        StringAssert.Contains(fault.Why, "fio is not installed");
        StringAssert.Contains(fault.Why, "1 MiB are free");
        StringAssert.Contains(fault.NextStep, "apt-get install fio");
        Assert.IsEmpty(stand.Runs);
    }

    [TestMethod]
    public async Task Job_files_that_are_missing_are_all_named()
    {
        using var stand = new BenchStand();
        File.Delete(stand.Jobs["seqread.fio"]);
        File.Delete(stand.Jobs["randwrite-fsync.fio"]);
        var fault = (await stand.Bench().RunAsync(stand.Order(), stand.Tell, CancellationToken.None)).Fault!;
        StringAssert.Contains(fault.Why, "seqread.fio");
        StringAssert.Contains(fault.Why, "randwrite-fsync.fio");
    }

    [TestMethod]
    public async Task A_profile_is_not_compared_where_there_is_no_ZFS()
    {
        using var stand = new BenchStand { Room = new BenchRoom("ext4", 100L << 30, 200L << 30) };
        StringAssert.Contains((await stand.Bench().RunAsync(stand.Order(TuningProfiles.Latency), stand.Tell, CancellationToken.None)).Fault!.Why, "it is ext4");
        Assert.IsTrue((await stand.Bench().RunAsync(stand.Order(), stand.Tell, CancellationToken.None)).IsOk);
    }

    [TestMethod]
    public void Twice_the_file_and_a_twentieth_of_the_filesystem_must_be_free()
    {
        Assert.IsTrue(new BenchRoom("zfs", 20L << 30, 200L << 30).Takes("/tank", 5L << 30).IsOk);
        Assert.AreEqual(FaultCode.PreconditionFailed, new BenchRoom("zfs", (20L << 30) - 1, 200L << 30).Takes("/tank", 5L << 30).Fault!.Code);
    }

    [TestMethod]
    public async Task Progress_goes_from_the_file_to_the_last_job()
    {
        using var stand = new BenchStand();
        Assert.IsTrue((await stand.Bench().RunAsync(stand.Order(TuningProfiles.Latency with { Settings = TuningProfiles.Throughput.Settings }), stand.Tell, CancellationToken.None)).IsOk);
        StringAssert.Contains(stand.Progress[0].Text, "scratch file");
        Assert.IsTrue(stand.Progress.Any(step => step.Text == "1 MiB sequential read, nvme-mirror-latency"));
        Assert.IsTrue(stand.Progress.All(step => step.Share is >= 0 and <= 1));
    }

    private static string[] Short(BenchStand stand) => [.. stand.Runs.Select(run => string.Join(' ', run.Split(' ')[..2]))];
}
