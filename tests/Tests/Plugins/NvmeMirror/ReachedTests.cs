using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A drive with the PARTUUID of one of the peer's that was put into this node by mistake: the mirror would lie on one node.</summary>
[TestClass]
public sealed class ReachedTests
{
    private const string Blank = "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n";

    [TestMethod]
    [DataRow("", DisplayName = "no drive of NVMe")]
    [DataRow("nqn.2014.08.org.nvmexpress:1:disk", DisplayName = "an NVMe drive of this node")]
    public async Task No_pool_is_built_on_it(string subsystem)
    {
        using var rig = Misplaced(new MirrorRig(), subsystem);
        rig.Commands.On("zdb -l", Blank).On("zpool status", MirrorRig.Status());
        rig.Commands.Answering("zpool create", () => rig.Imported());

        var made = await rig.Volumes.CreateAsync(new VolumeSpec(new VolumeId(MirrorRig.Unit, "data"), VolumeKind.Filesystem, 0), MirrorRig.Grant(1), default);

        Assert.AreEqual(FaultCode.PreconditionFailed, made.Fault?.Code);
        Assert.Contains("sfdisk --part-uuid", made.Fault!.NextStep);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool create", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("OFFLINE", false, DisplayName = "brought back")]
    [DataRow("FAULTED", true, DisplayName = "put in the place of one that is gone")]
    public async Task It_does_not_get_into_a_mirror(string state, bool isBlank)
    {
        using var rig = Misplaced(new MirrorRig().Agreed("n1", 1, "n1"));
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status(state)).On("zdb -l", MirrorRig.Label()).On("wipefs", "{\"signatures\":[]}");
        if (isBlank)
        {
            rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(0))}", Blank);
        }

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.Contains("replace", StringComparison.Ordinal) || line.Contains("online", StringComparison.Ordinal) || line.Contains("labelclear", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_pool_that_has_it_is_not_certified()
    {
        using var rig = Misplaced(new MirrorRig().Agreed("n1", 1, "n1"));
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED"))).On("zdb -l", MirrorRig.Label());
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
        Assert.Contains(MirrorRig.Remote(0).ToString(), kept.Fault!.Why);
    }

    [TestMethod]
    public async Task Both_halves_are_not_imported_with_it_and_this_one_is_opened_alone()
    {
        using var rig = Misplaced(new MirrorRig().Agreed("n2", 5, "n1", "n2"));
        rig.Commands.On("zdb -l", MirrorRig.Label(state: 1)).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoting = rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        while (!promoting.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.IsTrue((await promoting).IsOk, (await promoting).Fault?.ToString());
        Assert.DoesNotContain(MirrorRig.Remote(0).ToString(), rig.Commands.Asked.Single(line => line.StartsWith("zpool import", StringComparison.Ordinal)));
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task Doctor_names_it()
    {
        using var rig = Misplaced(new MirrorRig().Agreed("n2", 5, "n1", "n2"));
        rig.Commands.On("zdb -l", MirrorRig.Label());

        var health = await rig.Backend.ProbeAsync(default);

        Assert.Contains($"{rig.Device(MirrorRig.Remote(0))} leads to", string.Join(' ', health.Value.Remarks));
    }

    /// <summary>All paths live, and yet the link to the first drive of the peer leads to one of this node.</summary>
    private static MirrorRig Misplaced(MirrorRig rig, string subsystem = "")
    {
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        var name = Path.Combine(rig.Places.Class, "block", "nvme0n", "device", "subsysnqn");
        if (subsystem.Length > 0)
        {
            File.WriteAllText(name, subsystem + "\n");
        }
        else
        {
            File.Delete(name);
        }

        return rig;
    }
}
