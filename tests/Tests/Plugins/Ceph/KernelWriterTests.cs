using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>
/// The writer is the kernel: a real cluster, and a model of the kernel. What it really refuses is tried in the lab
/// (tests/Lab, ceph-service).
/// </summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class KernelWriterTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_device_is_handed_out_once_the_index_names_its_client()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("told", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var made = Ok(await node.Volumes.GetAsync(volume, None));
        Assert.EndsWith("rbd0", made.Path!);
        Ok(await node.Roles.DemoteAsync(unit, null, None));
        Assert.IsNull(Ok(await node.Volumes.GetAsync(volume, None)).Path);
        Assert.AreEqual(0, node.Mapped);

        Ok(await node.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        CollectionAssert.Contains((await node.ClientsAsync(unit)).ToArray(), node.Kernel.Last);
        Assert.AreEqual(Role.Writer, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);
        await node.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task The_old_writers_kernel_is_shut_out_before_the_new_one_maps()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("moved", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        var old = (await first.ClientsAsync(unit)).ToList();
        var isOut = false;
        second.Kernel.Before = line => isOut |= line.Contains(" map ", StringComparison.Ordinal)
            && old.TrueForAll(client => first.Cluster.RunAsync("ceph", "osd", "blocklist", "ls").GetAwaiter().GetResult().Contains(client, StringComparison.Ordinal));
        Ok(await second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        Assert.HasCount(2, old);
        Assert.IsTrue(isOut, "mapped before the old clients were shut out");
        Assert.AreEqual(Role.Reader, Ok(await first.Roles.GetRoleAsync(unit, None)).Role);

        first.Kernel.IsBusy = true;
        var kept = await first.Upkeep.KeepAsync(None);
        Assert.IsTrue(kept.IsOk, $"{kept.Fault}");
        Assert.AreEqual(0, first.Mapped, "a device of a stay that ended is still there");
        Assert.AreEqual(1, second.Mapped);
        await second.DeleteAsync(volume, "n2");
    }

    [TestMethod]
    public async Task A_client_with_an_old_map_is_not_handed_out()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("lagging", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        Ok(await node.Roles.DemoteAsync(unit, null, None));
        node.Kernel.Epochs.Clear();
        new long?[] { 1, 1, long.MaxValue }.ToList().ForEach(node.Kernel.Epochs.Enqueue);
        node.Kernel.Asked.Clear();
        Ok(await node.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        Assert.AreEqual(1, node.Mapped);
        Assert.AreEqual(3, node.Kernel.Asked.Count(line => line.Contains(" map ", StringComparison.Ordinal)), "a client whose map does not shut the old writer out was kept");
        CollectionAssert.Contains((await node.ClientsAsync(unit)).ToArray(), node.Kernel.Last);

        Ok(await node.Roles.DemoteAsync(unit, null, None));
        node.Kernel.Epochs.Clear();
        node.Kernel.Epochs.Enqueue(null);
        var unknown = await node.Roles.PromoteAsync(CephLab.Grant(unit, 3), null, None);
        StringAssert.Contains(unknown.Fault!.NextStep, "debugfs");
        Assert.AreEqual(0, node.Mapped);
        node.Kernel.Epochs.Clear();
        node.Kernel.Epochs.Enqueue(long.MaxValue);
        Ok(await node.Roles.PromoteAsync(CephLab.Grant(unit, 4), null, None));
        await node.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task What_an_agent_mapped_that_died_before_it_was_told_is_shut_out_and_unmapped()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("killed", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        Ok(await node.Roles.DemoteAsync(unit, null, None));
        node.Kernel.DiesOnceMapped = true;
        Assert.IsFalse((await node.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None)).IsOk);
        Assert.AreEqual(1, node.Mapped);
        node.Kernel.DiesOnceMapped = false;
        Assert.IsNull(Ok(await node.Volumes.GetAsync(volume, None)).Path);

        await using var later = node.Again();
        Assert.IsTrue((await later.Upkeep.KeepAsync(None)).IsOk);
        Assert.AreEqual(0, later.Mapped);
        StringAssert.Contains(await node.Cluster.RunAsync("ceph", "osd", "blocklist", "ls"), node.Kernel.Last);
        Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task An_agent_that_starts_anew_takes_on_what_is_open_and_shuts_the_old_agent_out()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("upgraded", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var old = node.Storage.Gate.Held[unit.Name].Connection.Address;
        await using var later = node.Again();
        Assert.AreEqual(Role.Writer, Ok(await later.Roles.GetRoleAsync(unit, None)).Role);
        Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit), null, None));
        Assert.AreEqual(1, node.Kernel.Asked.Count, "something was mapped anew below a service that runs");
        StringAssert.Contains(await node.Cluster.RunAsync("ceph", "osd", "blocklist", "ls"), old);
        var snapshot = Ok(await later.Storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s1"), CephLab.Grant(unit), None));
        Assert.AreEqual("1", File.ReadAllText(Path.Combine(node.Kernel.Places.Devices, "0", "refresh")), "the kernel was not told of the snapshot");
        Done(await later.Storage.Ability<ISnapshots>()!.DeleteAsync(unit, [snapshot.Id.Name], None));
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task A_unit_in_use_is_not_closed()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("used", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        node.Kernel.IsBusy = true;
        node.Kernel.Mount(0, "/srv/used");
        var closed = await node.Roles.DemoteAsync(unit, null, None);
        Assert.AreEqual((FaultCode.InUse, "/srv/used"), (closed.Fault!.Code, closed.Fault.Facts["mount1"]));
        Assert.AreEqual(Role.Writer, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);
        Assert.AreEqual(FaultCode.InUse, (await node.Volumes.DeleteAsync(volume, None)).Fault?.Code);
        node.Kernel.IsBusy = false;
        File.WriteAllText(node.Kernel.Places.Mounts, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        await node.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task Snapshots_of_several_volumes_and_rollbacks_are_refused()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("several", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var log = new VolumeId(unit, "log");
        Ok(await node.Volumes.CreateAsync(new VolumeSpec(log, VolumeKind.Block, 8 << 20), CephLab.Grant(unit), None));
        var taken = await node.Storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s1"), CephLab.Grant(unit), None);
        Assert.AreEqual(FaultCode.Unsupported, taken.Fault?.Code);
        Assert.IsFalse(node.Storage.Describe().Capabilities.HasFlag(Capabilities.Rollback));
        Assert.AreEqual(2, node.Mapped);
        await node.DeleteAsync(log);
        await node.DeleteAsync(volume);
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
