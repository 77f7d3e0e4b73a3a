using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
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
