using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class BuildingTests
{
    private const string Blank = "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n";
    private static readonly VolumeSpec Data = new(new VolumeId(MirrorRig.Unit, "data"), VolumeKind.Filesystem, 0);

    [TestMethod]
    public async Task The_first_volume_builds_the_pool_and_both_halves_are_certified()
    {
        using var rig = Connected();
        rig.Commands.On("zdb -l", Blank).On("zpool status", MirrorRig.Status());
        rig.Commands.Answering("zpool create", () =>
        {
            Assert.IsTrue(rig.Certificate.IsBuilding);
            rig.Imported();
        });
        rig.Commands.Answering("zfs create", () => rig.Commands.Replace("zfs list", Listing));

        var made = await rig.Volumes.CreateAsync(Data, MirrorRig.Grant(1), default);

        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
        Assert.AreEqual(MirrorRig.PoolGuid, rig.Certificate.PoolGuid);
        var create = rig.Commands.Asked.Single(line => line.StartsWith("zpool create", StringComparison.Ordinal));
        foreach (var part in new[] { "multihost=on", "cachefile=none", $"mirror {rig.Device(MirrorRig.Local(1))} {rig.Device(MirrorRig.Remote(1))}" })
        {
            Assert.Contains(part, create);
        }

        Assert.DoesNotContain("-f", create.Split(' '));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Drives_that_hold_a_pool_are_left_alone(bool isLocal)
    {
        using var rig = Connected();
        rig.Commands.On("zdb -l", Blank).On($"zdb -l -u {rig.Device(isLocal ? MirrorRig.Local(1) : MirrorRig.Remote(1))}", MirrorRig.Label(guid: "77").Replace("tank", "other", StringComparison.Ordinal));

        var made = await rig.Volumes.CreateAsync(Data, MirrorRig.Grant(1), default);

        Assert.AreEqual(FaultCode.PreconditionFailed, made.Fault?.Code);
        Assert.Contains("pool other", made.Fault!.Why);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool create", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Killed_after_the_pool_was_made_it_is_imported_and_not_made_again()
    {
        using var rig = Connected().Agreed("n1", 1, "n1");
        rig.Notes.Note = new UnitNote((rig.Certificate with { PoolGuid = "" }).ToText(), 5);
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status());
        rig.Commands.Answering("zpool import", () => rig.Imported());
        rig.Commands.Answering("zfs create", () => rig.Commands.Replace("zfs list", Listing));

        var made = await rig.Volumes.CreateAsync(Data, MirrorRig.Grant(1), default);

        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool create", StringComparison.Ordinal)));
        Assert.AreEqual(MirrorRig.PoolGuid, rig.Certificate.PoolGuid);
    }

    [TestMethod]
    public async Task A_pool_that_the_other_node_builds_is_not_built_here()
    {
        using var rig = Connected().Agreed("n2", 1, "n2");
        rig.Notes.Note = new UnitNote((rig.Certificate with { PoolGuid = "" }).ToText(), 5);

        var made = await rig.Volumes.CreateAsync(Data, MirrorRig.Grant(1), default);

        Assert.AreEqual(FaultCode.NotWriter, made.Fault?.Code);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_pool_that_is_not_whole_after_it_was_made_is_not_certified()
    {
        using var rig = Connected();
        rig.Commands.On("zdb -l", Blank).On("zpool status", MirrorRig.Status("ONLINE", "FAULTED"));
        rig.Commands.Answering("zpool create", () => rig.Imported());

        var made = await rig.Volumes.CreateAsync(Data, MirrorRig.Grant(1), default);

        Assert.AreEqual(FaultCode.DataPathUnavailable, made.Fault?.Code);
        Assert.IsTrue(rig.Certificate.IsBuilding);
    }

    private static string Listing =>
        """{"datasets":{"tank":{"name":"tank","type":"FILESYSTEM","properties":{}},"tank/data":{"name":"tank/data","type":"FILESYSTEM","properties":{"refquota":{"value":"0"},"used":{"value":"98304"},"mounted":{"value":"yes"},"mountpoint":{"value":"/nodeagent/mirror/data"}}}}}""";

    private static MirrorRig Connected()
    {
        var rig = new MirrorRig();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        return rig;
    }
}
