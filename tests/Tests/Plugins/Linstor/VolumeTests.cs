using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class VolumeTests
{
    [TestMethod]
    public async Task A_resource_with_two_whole_copies_is_adopted_and_opened()
    {
        using var rig = new DrbdRig();

        var adopted = await rig.Volumes.CreateAsync(DrbdRig.Spec(), DrbdRig.Grant(1), default);
        var again = await rig.Volumes.CreateAsync(DrbdRig.Spec(2048 * 512), DrbdRig.Grant(1), default);

        Assert.AreEqual(new Volume(DrbdRig.Spec().Id, VolumeKind.Filesystem, 2048 * 512, null, $"{rig.Mountpoint}/data/0"), adopted.IsOk ? adopted.Value : null, adopted.Fault?.ToString());
        Assert.AreEqual(adopted.Value, again.Value);
        Assert.AreEqual((new NodeId("n1"), "n1,n2"), (rig.Certificate.Writer, rig.InSync));
    }

    [TestMethod]
    [DataRow("Primary", "UpToDate", "Connected", "Secondary")]
    [DataRow("Secondary", "Inconsistent", "Connected", "Secondary")]
    [DataRow("Secondary", "UpToDate", "Connecting", "Unknown")]
    [DataRow("Secondary", "UpToDate", "Connected", "Primary")]
    public async Task Anything_less_is_not_adopted(string role, string peerDisk, string connection, string peerRole)
    {
        using var rig = new DrbdRig();
        (rig.Kernel.Role, rig.Kernel.PeerDisk, rig.Kernel.Connection, rig.Kernel.PeerRole) = (role, peerDisk, connection, peerRole);

        var adopted = await rig.Volumes.CreateAsync(DrbdRig.Spec(), DrbdRig.Grant(1), default);

        Assert.AreEqual(FaultCode.PreconditionFailed, adopted.Fault?.Code);
        Assert.AreEqual(0, rig.Notes.Note.Version);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task What_cannot_be_done_here_is_refused_with_the_way_to_do_it()
    {
        using var rig = new DrbdRig();
        var volume = DrbdRig.Spec().Id;

        var larger = await rig.Volumes.CreateAsync(DrbdRig.Spec(1), DrbdRig.Grant(1), default);
        var block = await rig.Volumes.CreateAsync(DrbdRig.Spec(0, VolumeKind.Block), DrbdRig.Grant(1), default);
        var second = await rig.Volumes.CreateAsync(DrbdRig.Spec() with { Id = volume with { Name = "1" } }, DrbdRig.Grant(1), default);
        var grown = await rig.Volumes.ExpandAsync(volume, 1 << 30, DrbdRig.Grant(1), default);
        var deleted = await rig.Volumes.DeleteAsync(volume, default);

        Assert.AreEqual(
            (FaultCode.AlreadyExists, FaultCode.InvalidArgument, FaultCode.NotFound, FaultCode.Unsupported, FaultCode.Unsupported),
            (larger.Fault!.Code, block.Fault!.Code, second.Fault!.Code, grown.Fault!.Code, deleted.Fault!.Code));
        Assert.Contains("drbdadm resize data", grown.Fault.NextStep);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task The_list_has_every_volume_and_a_path_only_where_it_can_be_used()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        var reader = (await rig.Volumes.ListAsync(default)).Value.Single();
        await rig.PromoteAsync();
        var writer = (await rig.Volumes.ListAsync(default)).Value.Single();

        Assert.IsNull(reader.Path);
        Assert.AreEqual($"{rig.Places.Devices}/drbd0", writer.Path);
    }
}
