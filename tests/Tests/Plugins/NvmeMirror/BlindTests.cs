using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The pool is written here, and nobody can look at it.</summary>
[TestClass]
public sealed class BlindTests
{
    [TestMethod]
    [DataRow("n1,n2")]
    [DataRow("n1")]
    public async Task A_pool_that_does_not_answer_is_told_after_a_minute_and_no_more_when_it_does(string inSync)
    {
        using var rig = Writing(inSync);
        Blind(rig);
        await KeepAsync(rig, 50);
        var soon = (await rig.Backend.ProbeAsync(default)).Value;
        await KeepAsync(rig, 20);
        var told = (await rig.Backend.ProbeAsync(default)).Value;
        See(rig);
        await KeepAsync(rig, 1);
        var seen = (await rig.Backend.ProbeAsync(default)).Value;

        Assert.DoesNotContain("could not be looked at", string.Join(' ', soon.Remarks));
        Assert.AreEqual(HealthLevel.Failed, told.Level);
        Assert.Contains("could not be looked at for 70 s", told.Remarks[0]);
        Assert.DoesNotContain("could not be looked at", string.Join(' ', seen.Remarks));
    }

    [TestMethod]
    public async Task It_is_told_also_while_every_program_hangs()
    {
        using var rig = Writing("n1,n2");
        Blind(rig);
        await KeepAsync(rig, 70);
        rig.Commands.Holding("zfs");
        rig.Commands.Holding("zpool");

        Assert.AreEqual(HealthLevel.Failed, (await rig.Backend.ProbeAsync(default).WaitAsync(TimeSpan.FromSeconds(20))).Value.Level);
    }

    [TestMethod]
    [DataRow("n1,n2", "n1")]
    [DataRow("n2", "")]
    public async Task What_nobody_can_see_of_the_peer_for_long_is_certified_no_more(string inSync, string left)
    {
        using var rig = Writing(inSync);
        Blind(rig);
        await KeepAsync(rig, 290);
        var before = string.Join(',', rig.Certificate.InSync);
        await KeepAsync(rig, 30);

        Assert.AreEqual((inSync, left), (before, string.Join(',', rig.Certificate.InSync)));
        Assert.Contains("could not be looked at for 5 min", rig.Certificate.Because);
    }

    [TestMethod]
    public async Task It_is_certified_again_only_by_a_scrub_that_began_after_the_first_look()
    {
        using var rig = Writing("n1,n2");
        Blind(rig);
        await KeepAsync(rig, 310);
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED", begun: 7)));
        await KeepAsync(rig, 40);
        Assert.AreEqual(("n1", "7"), (string.Join(',', rig.Certificate.InSync), rig.Certificate.ScanBefore));
        Assert.HasCount(1, rig.Commands.Asked.Where(line => line.StartsWith("zpool scrub", StringComparison.Ordinal)));
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED", "SCRUB", begun: 8)));

        await KeepAsync(rig, 1);

        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task A_pool_that_has_suspended_itself_acknowledges_nothing_and_keeps_its_certificate()
    {
        using var rig = Writing("n1,n2");
        await File.WriteAllTextAsync(Path.Combine(rig.Places.ZfsPools, "tank", "state"), "SUSPENDED\n");
        Blind(rig);

        await KeepAsync(rig, 400);

        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task Looks_that_fail_now_and_then_take_nobody_off()
    {
        using var rig = Writing("n1,n2");
        for (var round = 0; round < 8; round++)
        {
            Blind(rig);
            await KeepAsync(rig, 59);
            See(rig);
            await KeepAsync(rig, 1);
        }

        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task Errors_that_were_counted_meanwhile_are_recorded_by_the_first_look_that_sees_them()
    {
        using var rig = Writing("n1,n2");
        Blind(rig);
        await KeepAsync(rig, 120);
        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
        rig.Commands.Replace("zpool status", MirrorRig.Status().Replace($"\"path\":\"/dev/disk/by-partuuid/{MirrorRig.Remote(1)}\",\"state\":\"ONLINE\",\"read_errors\":0", $"\"path\":\"/dev/disk/by-partuuid/{MirrorRig.Remote(1)}\",\"state\":\"ONLINE\",\"read_errors\":3", StringComparison.Ordinal));

        await KeepAsync(rig, 1);

        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    private static void Blind(MirrorRig rig) => rig.Commands.Replace("zpool status", "");

    private static void See(MirrorRig rig) => rig.Commands.Replace("zpool status", MirrorRig.Status());

    private static async Task KeepAsync(MirrorRig rig, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await rig.Upkeep.KeepAsync(default);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static MirrorRig Writing(string inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync.Split(','));
        rig.Imported();
        rig.PlugInPeer();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zpool status", MirrorRig.Status());
        var txg = 200;
        rig.Commands.On("zdb -l", MirrorRig.Label()).Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        return rig;
    }
}
