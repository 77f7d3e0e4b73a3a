using NodeAgent.Contract;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>Controllers are for provisioning. A service stays up, and comes back, with all of them dead.</summary>
[TestClass]
public sealed class IndependenceTests
{
    private static readonly string[] MayKnow = ["DrbdBackend.cs", "DrbdOptions.cs", "DrbdProbe.cs", "OptionReading.cs"];

    [TestMethod]
    public void Nothing_that_keeps_a_service_running_knows_of_controllers()
    {
        var plugin = Path.Combine(Repository.Root, "plugins/Linstor");
        var knowing = Directory.EnumerateFiles(plugin, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Controller/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal) && !MayKnow.Contains(Path.GetFileName(file), StringComparer.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("Controller", StringComparison.Ordinal)).Select(Repository.Short).ToList();
        var networked = Directory.EnumerateFiles(plugin, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Controller/Wire/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("HttpMessageInvoker", StringComparison.Ordinal) || File.ReadAllText(file).Contains("SocketsHttpHandler", StringComparison.Ordinal))
            .Select(Repository.Short).ToList();

        Assert.IsEmpty(knowing, string.Join(", ", knowing));
        Assert.IsEmpty(networked, string.Join(", ", networked));
    }

    [TestMethod]
    [DataRow("dead")]
    [DataRow("hung")]
    [DataRow("garbage")]
    public async Task A_unit_is_looked_after_closed_taken_over_and_told_of_with_every_controller_dead(string how)
    {
        using var odd = new BrokenListener(how == "garbage" ? "\u0001\u0002" : "", closes: how == "garbage");
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        _ = rig.Controlled((how == "dead" ? ControllerLinkTests.Dead() : odd.Address).ToString());
        rig.Kernel.PeerDies();

        var taken = await rig.PromoteAsync();
        var kept = await rig.KeepAsync(3);
        var role = await rig.Roles.GetRoleAsync(DrbdRig.Unit, default);
        var copies = await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(DrbdRig.Unit, default);
        var pools = await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default);
        var volumes = await rig.Volumes.ListAsync(default);
        var closed = await rig.DemoteAsync();

        Assert.IsTrue(taken.IsOk && kept.IsOk && closed.IsOk, (taken.Fault ?? kept.Fault ?? closed.Fault)?.ToString());
        Assert.AreEqual((Role.Writer, "n1"), (role.Value.Role, rig.InSync));
        Assert.AreEqual((CopyState.InSync, CopyState.Outdated), (copies.Value.Copies[0].State, copies.Value.Copies[1].State));
        Assert.IsTrue(pools.IsOk && volumes.Value.Single().Path is not null);
        Assert.AreEqual(0, odd.Asked, "a controller was asked for what needs none");
    }

    [TestMethod]
    public async Task Without_controllers_nothing_is_different()
    {
        using var rig = new DrbdRig();

        Assert.IsNull(rig.Backend.Ability<ISnapshots>());
        Assert.IsFalse(rig.Backend.Describe().Capabilities.HasFlag(Capabilities.Expand));
        Assert.AreEqual(FaultCode.Unsupported, (await rig.Volumes.DeleteAsync(DrbdRig.Spec().Id, default)).Fault?.Code);
    }
}
