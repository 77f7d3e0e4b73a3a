using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class RemovalTests
{
    [TestMethod]
    public async Task A_closed_volume_goes_with_its_snapshots_and_absent_is_done()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Data.Snapshots.Add("before");

        var gone = await rig.DeleteAsync();
        var again = await rig.DeleteAsync();

        Assert.IsTrue(gone.IsOk && again.IsOk, (gone.Fault ?? again.Fault)?.ToString());
        Assert.AreEqual("DELETE resource-definitions/data/snapshots/before DELETE resource-definitions/data", string.Join(' ', rig.Ordered));
    }

    [TestMethod]
    public async Task What_was_certified_of_the_deleted_says_nothing_of_the_next_of_its_name()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = rig.Drbd.Agreed("n2", 5, "n2");

        var gone = await rig.DeleteAsync();
        Assert.AreEqual((true, ""), (gone.IsOk, rig.Drbd.Notes.Note.Text), gone.Fault?.ToString());
        var made = await rig.CreateAsync();

        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.AreEqual((new NodeId("n1"), "n1,n2"), (rig.Drbd.Certificate.Writer, rig.Drbd.InSync));
    }

    [TestMethod]
    public async Task What_was_begun_with_the_deleted_is_forgotten_and_stays_where_it_is_not_deleted()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        var marks = new[] { "parted-data", "going-back-data", "thawing-data", "unflushed-data" }.Select(name => Path.Combine(rig.Drbd.Context().StateDirectory, name)).ToList();
        marks.ForEach(mark => File.WriteAllBytes(mark, []));

        rig.Drbd.Notes.IsAway = true;
        Assert.IsFalse((await rig.DeleteAsync()).IsOk);
        Assert.IsTrue(marks.TrueForAll(File.Exists), "it is there still");
        rig.Drbd.Notes.IsAway = false;
        var gone = await rig.DeleteAsync();

        Assert.IsTrue(gone.IsOk, gone.Fault?.ToString());
        Assert.IsFalse(marks.Exists(File.Exists));
    }

    [TestMethod]
    [DataRow(true, FaultCode.ControlPlaneUnavailable, DisplayName = "the store is away")]
    [DataRow(false, FaultCode.PreconditionFailed, DisplayName = "the other node opens it after it was seen closed")]
    public async Task Whose_certificate_cannot_be_taken_away_is_not_deleted(bool isAway, FaultCode code)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Drbd.Notes.IsAway = isAway;
        rig.Drbd.Notes.BeforeWrite = () => (rig.Drbd.Notes.BeforeWrite, _) = (null, rig.Drbd.Agreed("n2", 6, "n1", "n2"));

        var stays = await rig.DeleteAsync();

        Assert.AreEqual(code, stays.Fault?.Code);
        Assert.IsEmpty(rig.Ordered);
    }

    [TestMethod]
    [DataRow("primary", FaultCode.InUse)]
    [DataRow("peer primary", FaultCode.InUse)]
    [DataRow("in use", FaultCode.InUse)]
    [DataRow("parted", FaultCode.PeerUnavailable)]
    [DataRow("offline", FaultCode.PeerUnavailable)]
    public async Task What_is_open_somewhere_or_may_be_stays(string trouble, FaultCode code)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Drbd.Kernel.Role = trouble == "primary" ? "Primary" : "Secondary";
        rig.Drbd.Kernel.PeerRole = trouble == "peer primary" ? "Primary" : "Secondary";
        rig.World.Nodes["n2"] = trouble == "offline" ? "OFFLINE" : "ONLINE";
        rig.Data.InUse.AddRange(trouble == "in use" ? ["n2"] : []);
        if (trouble == "parted")
        {
            (rig.Drbd.Kernel.Connection, rig.Drbd.Kernel.PeerRole) = ("Connecting", "Unknown");
        }

        var gone = await rig.DeleteAsync();

        Assert.AreEqual(code, gone.Fault?.Code, gone.Fault?.ToString());
        Assert.IsEmpty(rig.Ordered);
        Assert.AreEqual(code == FaultCode.InUse, gone.Fault!.Facts.ContainsKey("holders"));
    }

    [TestMethod]
    public async Task What_was_made_by_hand_is_not_LINSTORs_to_delete()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Resources.Clear();

        Assert.AreEqual(FaultCode.Unsupported, (await rig.DeleteAsync()).Fault?.Code);
    }

    [TestMethod]
    public async Task An_answer_that_got_lost_is_looked_at()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Controller.Swallows = request => request.StartsWith("DELETE", StringComparison.Ordinal);

        Assert.IsTrue((await rig.DeleteAsync()).IsOk);
    }

    [TestMethod]
    public async Task A_satellite_that_is_away_leaves_it_undone()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Says["DELETE "] = [Rc.Good(2, "marked"), Rc.Warn(1002, "No active connection to satellite 'n2'")];

        Assert.AreEqual((FaultCode.PeerUnavailable, Retry.AfterLook), ((await rig.DeleteAsync()).Fault!.Code, (await rig.DeleteAsync()).Fault!.Retry));
    }
}
