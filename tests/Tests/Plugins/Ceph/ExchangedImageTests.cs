using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Somebody gives the name of an image that is open to another: who writes goes on in the old one.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class ExchangedImageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_held_image_that_lost_its_name_is_unknown_and_not_promoted_until_it_has_it_again()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "exchanged");
        var unit = CephLab.Unit("library", "exchanged");
        var volume = await CephLab.MakeAsync(storage, unit);
        await TryAsync(cluster, storage, unit);
        Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
    }

    [TestMethod]
    public async Task A_mapped_image_that_lost_its_name_is_unknown_and_not_promoted_until_it_has_it_again()
    {
        await using var node = await KernelNode.StartAsync("n1");
        var unit = CephLab.Unit("exchanged", "kernel");
        var volume = await CephLab.MakeAsync(node.Storage, unit);
        await TryAsync(node.Cluster, node.Storage, unit);
        await node.DeleteAsync(volume);
    }

    [TestMethod]
    public async Task An_image_that_was_made_anew_under_its_name_is_not_opened_until_somebody_says_that_it_is_meant()
    {
        var cluster = await CephCluster.SharedAsync();
        var (unit, backend) = (CephLab.Unit("anew", "exchanged"), "exchanged");
        VolumeId volume;
        await using (var first = CephLab.Open(cluster, backend: backend))
        {
            volume = await CephLab.MakeAsync(first, unit);
            Assert.IsTrue((await first.Ability<IRoles>()!.DemoteAsync(unit, null, None)).IsOk);
        }

        var before = await cluster.IdOfAsync($"{unit.Name}+data");
        await cluster.RunAsync("rbd", "rename", $"hot/{unit.Name}+data", "hot/anew-kept");
        await cluster.RunAsync("rbd", "create", "--size", "8", $"hot/{unit.Name}+data");
        var now = await cluster.IdOfAsync($"{unit.Name}+data");

        await using var second = CephLab.Open(cluster, "n2", backend: backend);
        var roles = second.Ability<IRoles>()!;
        var refused = await roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code, $"{refused.Fault}");
        StringAssert.Contains(refused.Fault!.Why, $"(id {now}) is not the one that the volume had (id {before})");
        await cluster.RunAsync("rbd", "image-meta", "set", $"hot/{unit.Name}+data", "nodeagent.accepted", before);
        Assert.IsFalse((await roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None)).IsOk, "another image was meant");

        await cluster.RunAsync("rbd", "image-meta", "set", $"hot/{unit.Name}+data", "nodeagent.accepted", now);
        Assert.AreEqual(Role.Writer, Ok(await roles.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None)).Role);
        Assert.AreEqual(now, await KnownAsync(second, unit));
        Assert.IsTrue((await second.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
        await cluster.RunAsync("rbd", "rm", "hot/anew-kept");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_image_that_lost_its_name_to_another_is_not_deleted_nor_is_the_other(bool isHeld)
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "exchanged");
        var unit = CephLab.Unit(isHeld ? "dheld" : "dclosed", "exchanged");
        var (image, kept) = ($"hot/{unit.Name}+data", $"hot/{unit.Name}-kept");
        var volume = await CephLab.MakeAsync(storage, unit);
        Ok(await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s1"), CephLab.Grant(unit), None));
        if (!isHeld)
        {
            Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(unit, null, None)).IsOk);
        }

        using var folder = new TempFolder();
        await cluster.RunAsync("rbd", "create", "--size", "8", kept);
        await cluster.RunAsync("rbd", "snap", "create", $"{kept}@precious");
        await cluster.RunAsync("rados", "-p", "hot", "get", $"rbd_id.{unit.Name}+data", folder["own"]);
        await cluster.RunAsync("rados", "-p", "hot", "get", $"rbd_id.{unit.Name}-kept", folder["other"]);
        await cluster.RunAsync("rados", "-p", "hot", "put", $"rbd_id.{unit.Name}+data", folder["other"]);

        var refused = await storage.Ability<IVolumes>()!.DeleteAsync(volume, None);

        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code, $"{refused.Fault}");
        StringAssert.Contains(await cluster.RunAsync("rbd", "snap", "ls", kept), "precious");
        await cluster.RunAsync("rados", "-p", "hot", "put", $"rbd_id.{unit.Name}+data", folder["own"]);
        StringAssert.Contains(await cluster.RunAsync("rbd", "snap", "ls", image), "s1");
        Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
        await cluster.RunAsync("rbd", "snap", "purge", kept);
        await cluster.RunAsync("rbd", "rm", kept);
    }

    [TestMethod]
    public async Task An_image_whose_id_no_index_of_before_kept_is_adopted_by_the_next_writer()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "exchanged");
        var unit = CephLab.Unit("before", "exchanged");
        var volume = await CephLab.MakeAsync(storage, unit);
        var id = await cluster.IdOfAsync($"{unit.Name}+data");
        Assert.AreEqual(id, await KnownAsync(storage, unit));
        Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(unit, null, None)).IsOk);
        Ok(await storage.Gate.LookAsync(unit, "cannot tell", (c, e) => storage.Gate.Index.Change(
            c.Io, [], [new IndexEntry(Keys.Volume(unit.Name, "data"), UnitIndex.Bytes(e.Volumes["data"].Record with { Image = null }))], "cannot tell") is { IsOk: false, Fault: { } wrong } ? wrong : new Outcome<bool>(true), None));

        Ok(await storage.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2), null, None));

        Assert.AreEqual(id, await KnownAsync(storage, unit));
        Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
    }

    private static async Task<string?> KnownAsync(CephStorage storage, UnitId unit) =>
        Ok(await storage.Gate.LookAsync(unit, "cannot tell", (_, e) => new Outcome<string>(e.Volumes["data"].Record.Image ?? ""), None));

    private static async Task TryAsync(CephCluster cluster, CephStorage storage, UnitId unit)
    {
        using var folder = new TempFolder();
        var (name, other) = ($"rbd_id.{unit.Name}+data", $"other-{unit.Backend.Value}");
        var roles = storage.Ability<IRoles>()!;
        Assert.AreEqual(Role.Writer, Ok(await roles.GetRoleAsync(unit, None)).Role);
        await cluster.RunAsync("rbd", "create", "--size", "8", $"hot/{other}");
        await cluster.RunAsync("rados", "-p", "hot", "get", name, folder["old"]);
        await cluster.RunAsync("rados", "-p", "hot", "get", $"rbd_id.{other}", folder["other"]);

        await cluster.RunAsync("rados", "-p", "hot", "put", name, folder["other"]);
        var role = Ok(await roles.GetRoleAsync(unit, None));
        Assert.AreEqual(Role.Unknown, role.Role);
        StringAssert.Contains(role.Native, "the image of data was exchanged");
        var refused = await roles.PromoteAsync(CephLab.Grant(unit, 2), null, None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code, $"{refused.Fault}");

        await cluster.RunAsync("rados", "-p", "hot", "rm", name);
        Assert.AreEqual(Role.Unknown, Ok(await roles.GetRoleAsync(unit, None)).Role);
        await cluster.RunAsync("rados", "-p", "hot", "put", name, folder["old"]);
        Assert.AreEqual(Role.Writer, Ok(await roles.PromoteAsync(CephLab.Grant(unit, 2), null, None)).Role);
        Assert.AreEqual(Role.Writer, Ok(await roles.GetRoleAsync(unit, None)).Role);
        await cluster.RunAsync("rbd", "rm", $"hot/{other}");
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }
}
