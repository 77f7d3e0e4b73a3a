using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class ControllerWatchTests
{
    [TestMethod]
    public async Task A_good_resource_has_no_remarks_and_tells_what_it_takes()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();

        var health = (await rig.Drbd.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(HealthLevel.Ok, health.Level, string.Join('|', health.Remarks));
        Assert.AreEqual(ProvisioningRig.Bytes / 2, (await rig.Drbd.Volumes.ListAsync(default)).Value.Single().UsedBytes);
    }

    [TestMethod]
    [DataRow("two primaries", "lets two nodes write data")]
    [DataRow("two primaries by the group", "lets two nodes write data")]
    [DataRow("quorum of two", "has two votes and quorum 'majority'")]
    [DataRow("quorum gone", "has no quorum and its group asks for 'majority'")]
    [DataRow("quorum off on three", "has no quorum on 3 nodes")]
    [DataRow("auto-quorum", "auto-quorum is 'suspend-io'")]
    [DataRow("voice", "n3 has no copy of data and a vote on it")]
    [DataRow("no group", "no resource group grp")]
    public async Task What_would_hurt_one_day_is_an_alarm_and_no_failure(string trouble, string told)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        Change(rig, trouble);

        var health = (await rig.Drbd.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(HealthLevel.Degraded, health.Level);
        Assert.IsTrue(health.Remarks.Any(remark => remark.Contains(told, StringComparison.Ordinal)), string.Join('|', health.Remarks));
    }

    [TestMethod]
    public async Task A_controller_that_hangs_costs_seconds_once_and_is_left_alone_for_a_while()
    {
        using var hung = new BrokenListener("", closes: false);
        using var rig = new DrbdRig();
        _ = rig.Controlled(hung.Address.ToString());

        var first = rig.Backend.ProbeAsync(default);
        await Until.TrueAsync(() => hung.Asked == 1);
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        var told = (await first).Value;
        var second = (await rig.Backend.ProbeAsync(default).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).Value;

        Assert.AreEqual((HealthLevel.Degraded, HealthLevel.Degraded, 1), (told.Level, second.Level, hung.Asked));
        Assert.Contains("Services do not need one", told.Remarks.Single());
    }

    [TestMethod]
    public async Task Dead_controllers_are_a_remark()
    {
        using var rig = new DrbdRig();
        _ = rig.Controlled(ControllerLinkTests.Dead().ToString(), ControllerLinkTests.Dead().ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        var health = (await rig.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(HealthLevel.Degraded, health.Level);
        Assert.Contains("No LINSTOR controller answers", health.Remarks.Single());
    }

    private static void Change(ProvisioningRig rig, string trouble)
    {
        switch (trouble)
        {
            case "two primaries":
                rig.Data.Props["DrbdOptions/Net/allow-two-primaries"] = "yes";
                break;
            case "two primaries by the group":
                _ = rig.Data.Props.Remove("DrbdOptions/Net/allow-two-primaries");
                rig.World.GroupProps["DrbdOptions/Net/allow-two-primaries"] = "yes";
                break;
            case "quorum gone":
                rig.World.GroupProps["DrbdOptions/Resource/quorum"] = "majority";
                rig.Data.Props["DrbdOptions/Resource/quorum"] = "off";
                rig.Data.Diskless["n3"] = "DISKLESS,DRBD_DISKLESS,TIE_BREAKER";
                break;
            case "quorum of two":
                rig.Data.Props["DrbdOptions/Resource/quorum"] = "majority";
                break;
            case "quorum off on three":
                rig.Data.Diskless["n3"] = "DISKLESS,DRBD_DISKLESS,TIE_BREAKER";
                break;
            case "auto-quorum":
                rig.Data.Props["DrbdOptions/auto-quorum"] = "suspend-io";
                break;
            case "voice":
                rig.Data.Diskless["n3"] = "DISKLESS,DRBD_DISKLESS";
                break;
            default:
                rig.World.Says["GET /v1/resource-groups"] = [];
                break;
        }
    }
}
