using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>Writes that stand still for another reason than the one that the agent answers itself.</summary>
[TestClass]
public sealed class SuspensionTests
{
    [TestMethod]
    [DataRow("user", "somebody ordered it", "drbdadm resume-io data")]
    [DataRow("no-data", "no copy that is up to date can be reached", "Bring n2 or this node's disk back")]
    [DataRow("quorum", "too few nodes", "Bring the others back")]
    [DataRow("user,quorum", "somebody ordered it", "Bring the others back")]
    [DataRow("weather", "the kernel says 'weather'", "drbdadm status")]
    public async Task Each_reason_is_told_with_what_ends_it(string reason, string why, string next)
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Suspended = reason;

        var kept = await rig.KeepAsync(8);
        var pools = await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default);
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual(FaultCode.DataPathUnavailable, kept.Fault?.Code);
        Assert.Contains(why, kept.Fault!.Why);
        Assert.Contains(next, kept.Fault.NextStep);
        Assert.Contains(why, string.Join('|', pools.Value[0].Remarks));
        Assert.Contains($"ALARM: resource data: writes stand still: {why}", string.Join('|', probed.Value.Remarks));
        Assert.AreEqual("n1,n2", rig.InSync);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task What_is_over_in_a_moment_is_told_by_the_time_alone()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Suspended = "user";

        var kept = await rig.KeepAsync(3);
        var report = (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.IsNotNull(report.FrozenFor);
    }

    [TestMethod]
    public async Task Standing_still_by_order_is_no_reason_to_go_on_without_the_peer_at_once()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Suspended = "user";
        await rig.KeepAsync(4);
        rig.Kernel.PeerDies();

        await rig.KeepAsync();

        Assert.AreEqual("n1,n2", rig.InSync, "the peer was away for a second only");
    }

    [TestMethod]
    public async Task Nothing_is_unmounted_while_it_would_hang()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.Suspended, rig.Kernel.HangsWhileFrozen) = ("user", true);

        var closed = await rig.DemoteAsync();

        Assert.AreEqual(FaultCode.DataPathUnavailable, closed.Fault?.Code);
        Assert.Contains("resume-io", closed.Fault!.NextStep);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task A_close_waits_for_a_snapshot_that_is_being_taken()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.Suspended, rig.Kernel.HangsWhileFrozen) = ("user", true);
        using var over = rig.Time.CreateTimer(_ => rig.Kernel.Suspended = "no", null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("Secondary", rig.Kernel.Role);
    }

    [TestMethod]
    public async Task On_a_node_that_does_not_write_it_is_nobodys_trouble()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Suspended = "quorum";

        var kept = await rig.KeepAsync(8);
        var pools = await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default);
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.DoesNotContain("stand still", string.Join('|', pools.Value[0].Remarks.Concat(probed.Value.Remarks)));
    }
}
