using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A new drive under the PARTUUID of one that is gone.</summary>
[TestClass]
public sealed class ReplacementTests
{
    private const string NoLabel = "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n";
    private const string Empty = "{\"signatures\":[]}";

    [TestMethod]
    public async Task An_empty_drive_takes_the_place_of_the_peer_s_that_is_gone()
    {
        using var rig = Broken(first: "FAULTED", second: "ONLINE", blank: MirrorRig.Remote(0));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual($"zpool replace tank 12 {rig.Device(MirrorRig.Remote(0))}", Replaced(rig));
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync), "certified only when all was copied");
    }

    [TestMethod]
    public async Task An_empty_drive_takes_the_place_of_the_writer_s_own_after_the_other_half_alone_was_recorded()
    {
        using var rig = Broken(first: "ONLINE", second: "ONLINE", blank: MirrorRig.Local(0), local: "FAULTED", inSync: ["n1", "n2"]);

        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n2", ""), (string.Join(',', rig.Certificate.InSync), Replaced(rig)));
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual($"zpool replace tank 11 {rig.Device(MirrorRig.Local(0))}", Replaced(rig));
    }

    [TestMethod]
    [DataRow("{\"signatures\":[{\"device\":\"x\",\"type\":\"ext4\"}]}", DisplayName = "a file system")]
    [DataRow("{\"found\":1}", DisplayName = "another shape")]
    [DataRow("", DisplayName = "nothing said")]
    public async Task A_drive_that_may_hold_anything_is_left_to_an_operator(string signatures)
    {
        using var rig = Broken(first: "FAULTED", second: "ONLINE", blank: MirrorRig.Remote(0));
        rig.Commands.Replace("wipefs", signatures);

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("", Replaced(rig));
        StringAssert.Contains(kept.Fault!.NextStep, "zpool replace tank 12");
    }

    [TestMethod]
    public async Task What_a_replaced_drive_knew_of_the_last_group_is_gone_so_the_rest_of_its_half_is_copied_anew()
    {
        using var rig = Broken(first: "FAULTED", second: "OFFLINE", blank: MirrorRig.Remote(0));

        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((0L, ""), (rig.Certificate.Txg, Replaced(rig)));
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual($"zpool replace tank 12 {rig.Device(MirrorRig.Remote(0))}", Replaced(rig));
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool online", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_half_with_a_broken_drive_still_lets_the_writer_have_the_others()
    {
        using var rig = new MirrorRig().Agreed("n2", 4, "n2");
        File.Delete(rig.Device(MirrorRig.Local(0)));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.DataPathUnavailable, kept.Fault?.Code);
        Assert.IsTrue(Directory.Exists(Path.Combine(rig.Places.Target, "subsystems", rig.Names.Subsystem(MirrorRig.Local(1)))));
    }

    private static string Replaced(MirrorRig rig) => rig.Commands.Asked.LastOrDefault(line => line.StartsWith("zpool replace", StringComparison.Ordinal)) ?? "";

    private static MirrorRig Broken(string first, string second, Guid blank, string local = "ONLINE", params string[] inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync.Length == 0 ? ["n1"] : inSync);
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        rig.Commands.On("zpool status", MirrorRig.Status(first, second, local: local)).On("zdb -l", MirrorRig.Label())
            .On($"zdb -l -u {rig.Device(blank)}", NoLabel).On("wipefs", Empty);
        return rig;
    }
}
