using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Kernel;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>A unit of which the kernel has not all volumes open, or has them open by clients that are shut out.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class KernelPartTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task What_is_missing_is_mapped_beside_what_runs(int epoch)
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit($"part{epoch}", "kernel");
        var (volume, log) = await MakeTwoAsync(node, unit);
        var running = File.ReadAllText(Path.Combine(node.Kernel.Places.Devices, "0", "client_addr")).Trim();
        node.Kernel.Lose(1);
        Assert.AreEqual(Role.Unknown, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);
        node.Kernel.Mount(0, "/srv/data");
        node.Kernel.Asked.Clear();

        await using var later = node.Again();
        var promoted = Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit, epoch), null, None));
        Assert.AreEqual((Role.Writer, epoch), (promoted.Role, (int)promoted.Epoch.Value));
        StringAssert.EndsWith(node.Kernel.Asked.Single(), $"{unit.Name}+log", "what runs was touched");
        Assert.IsFalse((await node.ShutOutAsync()).ContainsKey(running), "the running device was shut out by its own agent");
        var clients = (await later.ClientsAsync(unit)).ToArray();
        CollectionAssert.IsSubsetOf(new[] { running, node.Kernel.Last }, clients);
        Assert.AreEqual(Role.Writer, Ok(await later.Roles.GetRoleAsync(unit, None)).Role);
        await ClearAsync(node, later, volume, log);
    }

    [TestMethod]
    public async Task A_device_that_was_mapped_and_never_told_is_taken_away_before_its_volume_is_mapped()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("untold", "kernel");
        var (volume, log) = await MakeTwoAsync(node, unit);
        node.Kernel.Lose(1);
        var untold = node.Kernel.Map("hot", $"{unit.Name}+log");
        Ok(await node.Roles.PromoteAsync(CephLab.Grant(unit), null, None));
        Assert.AreEqual(2, node.Mapped, "two devices of one volume");
        Assert.IsTrue((await node.ShutOutAsync()).ContainsKey(untold));
        await ClearAsync(node, node, volume, log);
    }

    [TestMethod]
    public async Task A_device_that_was_shut_out_is_nobodys_writer()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("dead", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var dead = node.Kernel.Last;
        await node.Cluster.RunAsync("ceph", "osd", "blocklist", "add", dead);
        await using var later = node.Again();
        var role = Ok(await later.Roles.GetRoleAsync(unit, None));
        Assert.AreEqual(Role.Unknown, role.Role);
        StringAssert.Contains(role.Native, "shut out data");
        Assert.IsTrue((await later.Upkeep.KeepAsync(None)).IsOk);
        Assert.IsFalse(later.Storage.Gate.Held.ContainsKey(unit.Name), "a device that was shut out was taken on");

        // The agent that has it learns of it as well, at its next upkeep.
        Assert.IsTrue((await node.Upkeep.KeepAsync(None)).IsOk);
        Assert.AreEqual(Role.Unknown, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);

        Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit, 2), null, None));
        Assert.AreNotEqual(dead, node.Kernel.Last);
        Assert.AreEqual(1, node.Mapped);
        Assert.AreEqual(Role.Writer, Ok(await later.Roles.GetRoleAsync(unit, None)).Role);
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task A_promotion_that_broke_off_while_it_shut_others_out_leaves_nobody_the_writer()
    {
        await using var first = await KernelNode.StartAsync("n1");
        await using var second = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("broken", "kernel");
        var volume = await CephLab.MakeAsync(first.Storage, unit);
        Ok(await first.Roles.DemoteAsync(unit, null, None));
        _ = second.Kernel.Map("hot", $"{unit.Name}+data");
        using var breaking = new Breaking("connecting");
        await Assert.ThrowsAsync<OperationCanceledException>(() => second.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), breaking, breaking.Token));
        await second.Cluster.RunAsync("ceph", "osd", "blocklist", "rm", second.Kernel.Last);

        await using var later = second.Again();
        Assert.AreEqual(Role.Reader, Ok(await later.Roles.GetRoleAsync(unit, None)).Role, "a device that was to be shut out is taken for the writer's");
        Assert.IsTrue((await later.Upkeep.KeepAsync(None)).IsOk);
        Assert.AreEqual(0, later.Mapped);
        Ok(await later.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        await later.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task A_volume_whose_deletion_was_refused_is_as_open_as_before()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("refused", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var image = $"hot/{unit.Name}+data";
        await node.Cluster.RunAsync("rbd", "snap", "create", $"{image}@kept");
        await node.Cluster.RunAsync("rbd", "snap", "protect", $"{image}@kept");
        await node.Cluster.RunAsync("rbd", "clone", $"{image}@kept", "hot/theirs");
        var deleted = await node.Volumes.DeleteAsync(volume, None);
        Assert.AreEqual(FaultCode.InUse, deleted.Fault?.Code, $"{deleted.Fault}");
        Assert.AreEqual(1, node.Mapped, "a refused deletion left the volume unmapped");
        Assert.AreEqual(Role.Writer, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);
        CollectionAssert.Contains((await node.ClientsAsync(unit)).ToArray(), node.Kernel.Last);
        await node.Cluster.RunAsync("rbd", "rm", "hot/theirs", "--no-progress");
        await node.DeleteAsync(volume);
    }

    [TestMethod]
    [DataRow(1, DisplayName = "the unit's only volume")]
    [DataRow(2, DisplayName = "one of two")]
    public async Task A_volume_whose_deletion_was_cut_off_after_unmapping_is_mapped_again_by_the_upkeep(int volumes)
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit($"cutoff{volumes}", "kernel");
        var (data, log) = volumes == 1 ? (await CephLab.MakeAsync(node.Storage, unit), default(VolumeId?)) : await MakeTwoAsync(node, unit);
        using var killed = new CancellationTokenSource();
        node.Kernel.Before = line => (line.Contains(" unmap ", StringComparison.Ordinal) ? killed : null)?.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => node.Volumes.DeleteAsync(log ?? data, killed.Token));
        node.Kernel.Before = static _ => { };
        Assert.AreEqual(volumes - 1, node.Mapped);

        Assert.IsTrue((await node.Upkeep.KeepAsync(None)).IsOk);

        Assert.AreEqual(volumes, node.Mapped);
        Assert.AreEqual(Role.Writer, Ok(await node.Roles.GetRoleAsync(unit, None)).Role);
        CollectionAssert.Contains((await node.ClientsAsync(unit)).ToArray(), node.Kernel.Last, "handed out only once the index names its client");
        var made = await node.Storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "later"), CephLab.Grant(unit), None);
        Assert.IsTrue(volumes == 2 || made.IsOk, $"{made.Fault}");
        if (log is { } second)
        {
            await node.DeleteAsync(second);
        }

        await node.DeleteAsync(data);
    }

    [TestMethod]
    public async Task A_volume_that_is_being_deleted_is_not_mapped_again()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("deleting", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        Task<Outcome<bool>>? between = null;

        // Waits for the turn that unmaps, and has its own before the one that deletes.
        node.Kernel.Before = line => between ??= line.Contains(" unmap ", StringComparison.Ordinal)
            ? KeepAsync(node, unit) : null;
        await node.DeleteAsync(volume);

        Assert.IsTrue(Ok(await between!));
        Assert.IsFalse(node.Kernel.Asked[^1].Contains(" map ", StringComparison.Ordinal), string.Join('\n', node.Kernel.Asked));
        Assert.AreEqual(0, node.Mapped);
    }

    [TestMethod]
    public async Task What_a_demotion_has_unmapped_stays_so_although_another_volume_is_still_in_use()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("closing", "kernel");
        var (volume, log) = await MakeTwoAsync(node, unit);
        var unmapped = 0;
        node.Kernel.Before = line => node.Kernel.IsBusy = line.Contains(" unmap ", StringComparison.Ordinal) && ++unmapped > 1;
        Assert.AreEqual(FaultCode.InUse, (await node.Roles.DemoteAsync(unit, null, None)).Fault?.Code);
        Assert.AreEqual(1, node.Mapped);

        (node.Kernel.Before, node.Kernel.IsBusy) = (static _ => { }, false);
        Assert.IsTrue((await node.Upkeep.KeepAsync(None)).IsOk);
        Assert.AreEqual(1, node.Mapped);

        Ok(await node.Roles.PromoteAsync(CephLab.Grant(unit), null, None));
        Assert.AreEqual(2, node.Mapped, "promoted again, it is to be whole");
        await ClearAsync(node, node, volume, log);
    }

    [TestMethod]
    public async Task Nothing_is_mapped_again_for_a_unit_that_another_node_has_or_whose_device_was_shut_out()
    {
        await using var node = await KernelNode.StartAsync("n1");
        await using var other = await KernelNode.StartAsync("n2");
        var unit = CephLab.Unit("lost", "kernel");
        var (volume, log) = await MakeTwoAsync(node, unit);
        var running = File.ReadAllText(Path.Combine(node.Kernel.Places.Devices, "0", "client_addr")).Trim();
        node.Kernel.Lose(1);
        await node.Cluster.RunAsync("ceph", "osd", "blocklist", "add", running);
        Assert.IsTrue((await node.Upkeep.KeepAsync(None)).IsOk);
        Assert.AreEqual(1, node.Mapped, "its own client was shut out: only a promotion may go on");

        Ok(await other.Roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        node.Kernel.Asked.Clear();
        Ok(await KeepAsync(node, unit));
        Assert.AreEqual(0, node.Mapped);
        Assert.IsFalse(node.Kernel.Asked.Any(line => line.Contains(" map ", StringComparison.Ordinal)), string.Join('\n', node.Kernel.Asked));
        await ClearAsync(other, other, volume, log);
    }

    private static Task<Outcome<bool>> KeepAsync(KernelNode node, UnitId unit) => node.Storage.Gate.TurnAsync(
        unit, "cannot look", turn => new KernelUpkeep(node.Storage.InKernelParts!).KeepAsync(turn, unit, "cannot look", None), None);

    private static async Task<(VolumeId Data, VolumeId Log)> MakeTwoAsync(KernelNode node, UnitId unit)
    {
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        var log = new VolumeId(unit, "log");
        Ok(await node.Volumes.CreateAsync(new VolumeSpec(log, VolumeKind.Block, 8 << 20), CephLab.Grant(unit), None));
        return (volume, log);
    }

    private static async Task ClearAsync(KernelNode node, KernelNode agent, VolumeId volume, VolumeId log)
    {
        File.WriteAllText(node.Kernel.Places.Mounts, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        await agent.DeleteAsync(log);
        await agent.DeleteAsync(volume);
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    /// <summary>Called off when a phase begins.</summary>
    private sealed class Breaking(string phase) : IProgress<OperationProgress>, IDisposable
    {
        private readonly CancellationTokenSource source = new();

        public CancellationToken Token => source.Token;

        public void Dispose() => source.Dispose();

        public void Report(OperationProgress value)
        {
            if (value.Phase == phase)
            {
                source.Cancel();
            }
        }
    }
}
