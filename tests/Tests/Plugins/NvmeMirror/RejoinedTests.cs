using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The other half is back in the pool and being copied: what parts it again must not have it copied from the beginning.</summary>
[TestClass]
public sealed class RejoinedTests
{
    [TestMethod]
    public async Task Drives_that_are_back_are_the_writer_s_also_for_an_agent_that_began_since()
    {
        using var rig = Copying();
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((true, 100L), (rig.Certificate.IsRejoined, rig.Certificate.Txg));
        rig.Committed(500);

        rig.Restart();
        rig.Paths(0, "connecting");
        rig.Paths(1, "connecting");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual((false, 500L), (rig.Certificate.IsRejoined, rig.Certificate.Txg));
    }

    [TestMethod]
    public async Task A_stop_in_the_middle_of_a_copying_is_gone_on_with_from_the_group_with_which_both_halves_were_closed()
    {
        using var rig = await StoppedAsync(MirrorRig.Label(480, state: 1));

        Assert.AreEqual((false, 480L, "n1"), (rig.Certificate.IsRejoined, rig.Certificate.Txg, string.Join(',', rig.Certificate.InSync)));
        Assert.IsTrue((await StartAsync(rig)).IsOk);
        Assert.AreEqual(480, rig.Certificate.Txg, "the start changes nothing of it");
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Paths(0, "live");
        rig.Paths(1, "live");

        await rig.Upkeep.KeepAsync(default);

        Assert.Contains("zpool online tank 12", rig.Commands.Asked);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool detach", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(479, 1, DisplayName = "another end")]
    [DataRow(480, 0, DisplayName = "open")]
    public async Task A_half_that_did_not_end_with_the_writer_s_is_copied_whole(int txg, int state)
    {
        using var rig = await StoppedAsync(MirrorRig.Label(txg, state));

        Assert.AreEqual((false, 0L), (rig.Certificate.IsRejoined, rig.Certificate.Txg));
    }

    [TestMethod]
    [DataRow(0, 480, DisplayName = "the writer's power was cut: both were written until then")]
    [DataRow(1, 0, DisplayName = "closed, and nobody recorded with what the other half ended")]
    public async Task A_writer_that_died_in_the_middle_of_a_copying_knows_where_the_halves_parted(int state, int expected)
    {
        using var rig = Copying();
        await rig.Upkeep.KeepAsync(default);
        rig.Imported(false);
        rig.Commands.Replace("zdb -l", MirrorRig.Label(480, state));
        var atClaim = -1L;
        rig.Commands.Answering("zhack", () => atClaim = rig.Certificate.Txg);

        Assert.IsTrue((await StartAsync(rig)).IsOk);

        Assert.AreEqual((expected, false), (atClaim, rig.Certificate.IsRejoined));
    }

    [TestMethod]
    public async Task A_drive_that_left_unrecorded_is_compared_with_the_group_of_before()
    {
        using var rig = Copying();
        await rig.Upkeep.KeepAsync(default);
        rig.Commands.Replace("zpool status", MirrorRig.Status("REMOVED", "ONLINE"));
        rig.Commands.Replace("zdb -l", MirrorRig.Label(480));
        File.Delete(rig.Device(MirrorRig.Remote(0)));

        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((false, 100L), (rig.Certificate.IsRejoined, rig.Certificate.Txg));
        rig.PlugInPeer(MirrorRig.Remote(0), "nvme5n");
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual((false, 0L), (rig.Certificate.IsRejoined, rig.Certificate.Txg), "its own node may have written it since");
    }

    private static async Task<MirrorRig> StoppedAsync(string other)
    {
        var rig = Copying();
        await rig.Upkeep.KeepAsync(default);
        rig.Commands.Answering("zpool export", () =>
        {
            rig.Imported(false);
            rig.Commands.Replace("zdb -l", MirrorRig.Label(480, state: 1));
            rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(0))}", other).On($"zdb -l -u {rig.Device(MirrorRig.Remote(1))}", other);
        });
        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        return rig;
    }

    private static async Task<Outcome<RoleReport>> StartAsync(MirrorRig rig)
    {
        rig.Commands.Answering("zpool import", () => rig.Imported());
        return await rig.Roles.PromoteAsync(MirrorRig.Grant(1), null, default);
    }

    private static MirrorRig Copying()
    {
        var rig = new MirrorRig().Agreed("n1", 1, "n1");
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        rig.Commands.On("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("SCANNING"))).On("zdb -l", MirrorRig.Label());
        return rig;
    }
}
