using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class DemotionTests
{
    [TestMethod]
    public async Task Closing_exports_the_pool_then_gives_the_paths_back()
    {
        using var rig = Writing("live");
        rig.PlugInPeer();
        rig.Commands.Answering("zpool export", () =>
        {
            Assert.IsFalse(rig.AnyGivenUp, "paths were given up under a pool that is open");
            Assert.AreEqual("100", File.ReadAllText(Path.Combine(rig.Places.ZfsParameters, "zfs_multihost_interval")));
            rig.Imported(false);
        });

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.AreEqual(Role.Reader, closed.Value.Role);
        Assert.IsTrue(rig.AnyGivenUp);
        Assert.AreEqual("200", File.ReadAllText(Path.Combine(rig.Places.ZfsParameters, "zfs_multihost_interval")));
        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    public async Task A_pool_in_use_stays_open_with_its_paths()
    {
        using var rig = Writing("live");
        rig.Commands.On("zpool export", "", 1, "cannot export 'tank': pool is busy");

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.AreEqual(FaultCode.InUse, closed.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_frozen_pool_is_recorded_and_let_go_before_it_is_closed()
    {
        using var rig = Writing("connecting");
        rig.Commands.Answering("zpool export", () =>
        {
            Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
            rig.Imported(false);
        });

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
    }

    [TestMethod]
    public async Task A_frozen_pool_without_the_store_is_not_closed_and_nothing_is_let_go()
    {
        using var rig = Writing("connecting");
        rig.Notes.IsAway = true;

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, closed.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool export", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Closing_what_is_not_open_is_done()
    {
        using var rig = new MirrorRig().Agreed("n2", 2, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label(state: 1));

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.AreEqual((Role.Reader, "exported"), (closed.Value.Role, closed.Value.Native));
    }

    [TestMethod]
    public async Task A_half_that_cannot_be_read_is_a_reader_that_says_why_and_never_absent()
    {
        using var rig = new MirrorRig();
        rig.Commands.On("zdb -l", "", 2, "cannot open: Input/output error");

        var role = await rig.Roles.GetRoleAsync(MirrorRig.Unit, default);

        // Unknown would have the node reset, for one drive.
        Assert.AreEqual(Role.Reader, role.Value.Role);
        Assert.Contains("label", role.Value.Native!);
    }

    private static MirrorRig Writing(string paths)
    {
        var rig = new MirrorRig().Agreed("n1", 1, "n1", "n2");
        rig.Imported();
        rig.Paths(0, paths);
        rig.Paths(1, paths);
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label(state: 1));
        return rig;
    }
}
