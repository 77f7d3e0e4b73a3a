using System.Text.Json;
using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Daemon.Tuning;

namespace NodeAgent.Tests.Daemon.Cli;

[TestClass]
public sealed class TuneVerbTests
{
    [TestMethod]
    public async Task Plan_apply_and_revert_as_people_see_them()
    {
        using var stand = new TuneStand();
        Directory.CreateDirectory(stand.State);
        var before = stand.Values;
        var plan = await RunAsync(stand, "tune", "plan", "--profile", "nvme-mirror-latency");
        Assert.AreEqual(ExitCode.Ok, plan.Code, plan.Error);
        StringAssert.Matches(plan.Output, new System.Text.RegularExpressions.Regex("zfs_vdev_sync_write_max_active +10 +32 +▲ change +ten log writes", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        StringAssert.Contains(plan.Error, "Kept over reboots: nothing.");
        var applied = await RunAsync(stand, "tune", "apply", "--profile", "nvme-mirror-latency");
        Assert.AreEqual(ExitCode.Ok, applied.Code, applied.Error);
        StringAssert.Contains(applied.Error, "nvme-mirror-latency is in force and kept over reboots.");
        var again = await RunAsync(stand, "tune", "apply", "--profile", "nvme-mirror-latency");
        StringAssert.Contains(again.Error, "nothing was changed");
        var reverted = await RunAsync(stand, "tune", "revert");
        Assert.AreEqual(ExitCode.Ok, reverted.Code, reverted.Error);
        Assert.AreEqual(before, stand.Values);
        StringAssert.Contains((await RunAsync(stand, "tune", "revert")).Error, "No profile was kept");
    }

    [TestMethod]
    public async Task Machines_get_numbers_and_words()
    {
        using var stand = new TuneStand();
        var run = await RunAsync(stand, "tune", "plan", "--profile", "nvme-mirror-latency", "-o", "json");
        using var json = JsonDocument.Parse(run.Output);
        var line = json.RootElement.GetProperty("lines").EnumerateArray().Single(entry => entry.GetProperty("parameter").GetString() == "zfs_txg_timeout");
        Assert.AreEqual((5, 5, "same", "seconds"), (line.GetProperty("now").GetInt32(), line.GetProperty("wanted").GetInt32(), line.GetProperty("verdict").GetString(), line.GetProperty("unit").GetString()));
        Assert.AreEqual("2.3.9-0+deb13u1", json.RootElement.GetProperty("zfs").GetString());
    }

    [TestMethod]
    public async Task A_mistyped_profile_is_told_with_what_was_meant()
    {
        using var stand = new TuneStand();
        foreach (var verb in new[] { "plan", "apply" })
        {
            var run = await RunAsync(stand, "tune", verb, "--profile", "nvme-mirror-latncy");
            Assert.AreEqual(ExitCode.Usage, run.Code);
            StringAssert.Contains(run.Error, "Did you mean 'nvme-mirror-latency'?");
        }
    }

    [TestMethod]
    public async Task Apply_wants_a_profile()
    {
        var run = await CliRun.RunAsync("tune", "apply");
        Assert.AreEqual(ExitCode.Usage, run.Code);
        StringAssert.Contains(run.Error, "--profile");
    }

    private static Task<CliRun> RunAsync(TuneStand stand, params string[] words) => new CliTerminal { Root = stand.Root }.RunAsync([.. words, .. new[] { "--config", "/nowhere/nodeagent.yaml" }]);
}
