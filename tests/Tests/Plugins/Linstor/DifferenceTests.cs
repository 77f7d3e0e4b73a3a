using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>The kernel calls both copies up to date, and counts blocks in which they differ: nobody may believe that they are the same.</summary>
[TestClass]
public sealed class DifferenceTests
{
    [TestMethod]
    [DataRow("n1", "On n2: 'drbdadm invalidate data'")]
    [DataRow("n2", "On n1: 'drbdadm invalidate data'")]
    [DataRow("", "nodeagent volume resolve data")]
    public async Task A_copy_that_differs_is_not_certified_and_the_remedy_is_told(string certified, string remedy)
    {
        using var rig = new DrbdRig().Writing(certified.Split(',', StringSplitOptions.RemoveEmptyEntries));
        rig.Kernel.OutOfSync = 4;

        var kept = await rig.KeepAsync(10);

        Assert.AreEqual((FaultCode.PreconditionFailed, certified), (kept.Fault?.Code, rig.InSync));
        Assert.Contains("4096 bytes", kept.Fault!.Why);
        Assert.Contains(remedy, kept.Fault.NextStep);
    }

    [TestMethod]
    [DataRow("Primary", DisplayName = "while it is written")]
    [DataRow("Secondary", DisplayName = "after it was closed here")]
    public async Task A_peer_that_is_found_to_differ_comes_off_the_certificate(string role)
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.Role, rig.Kernel.OutOfSync) = (role, 4);

        await rig.KeepAsync(3);
        Assert.AreEqual("n1", rig.InSync);
        rig.Kernel.OutOfSync = 0;
        await rig.KeepAsync(3);

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    [DataRow("n1,n2", "n1", DisplayName = "it was written here")]
    [DataRow("n2", "n2", DisplayName = "it was written through the peer, and the copy here is not certified again yet")]
    public async Task Closing_records_a_peer_that_differs(string certified, string left)
    {
        using var rig = new DrbdRig().Writing(certified.Split(','));
        rig.Kernel.OutOfSync = 4;

        Assert.IsTrue((await rig.DemoteAsync()).IsOk);

        Assert.AreEqual(left, rig.InSync);
    }

    [TestMethod]
    public async Task Where_they_differ_nobody_takes_over_from_the_other_while_both_are_there()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.OutOfSync = 4;

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.WouldLoseWrites, promoted.Fault?.Code);
        Assert.AreEqual((new NodeId("n2"), "n1,n2"), (rig.Certificate.Writer, rig.InSync));
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task Who_wrote_it_last_opens_it_again_with_its_own_copy_alone()
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1", "n2");
        rig.Kernel.OutOfSync = 4;

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task What_differs_is_not_adopted()
    {
        using var rig = new DrbdRig();
        rig.Kernel.OutOfSync = 4;

        var adopted = await rig.Volumes.CreateAsync(DrbdRig.Spec(), DrbdRig.Grant(1), default);

        Assert.AreEqual((FaultCode.PreconditionFailed, 0L), (adopted.Fault?.Code, rig.Notes.Note.Version));
        Assert.Contains("differ", adopted.Fault!.Why);
    }

    [TestMethod]
    public async Task Doctor_gives_the_alarm()
    {
        using var rig = new DrbdRig().Writing("n1");
        rig.Kernel.OutOfSync = 4;

        var probed = await rig.Backend.ProbeAsync(default);

        var remark = probed.Value.Remarks.Single();
        Assert.StartsWith("ALARM: resource data", remark);
        Assert.Contains("drbdadm invalidate data", remark);
    }

    [TestMethod]
    [DataRow("out-of-sync:0", true)]
    [DataRow("out-of-sync:8", false)]
    [DataRow("out-of-sync:many", false, DisplayName = "what cannot be read is not zero")]
    [DataRow("sent:0", false, DisplayName = "what is not told is not zero")]
    public void Every_volume_must_be_the_same(string second, bool isMirrored)
    {
        var text =
            $"""
            exists resource name:data role:Primary suspended:no
            exists connection name:data peer-node-id:0 conn-name:peer connection:Connected role:Secondary
            exists device name:data volume:0 minor:0 disk:UpToDate
            exists device name:data volume:1 minor:1 disk:UpToDate
            exists peer-device name:data peer-node-id:0 conn-name:peer volume:0 replication:Established peer-disk:UpToDate out-of-sync:0
            exists peer-device name:data peer-node-id:0 conn-name:peer volume:1 replication:Established peer-disk:UpToDate {second}
            exists -

            """;

        Assert.AreEqual(isMirrored, Dump.Parse("", "n2", text).Value["data"].IsMirrored);
    }

    [TestMethod]
    public async Task Letting_writes_go_is_ordered_again_until_it_ended_for_all_volumes()
    {
        // Ended between two volumes: the first is thawed, and with it all; the second has no history of its own yet.
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        await rig.KeepAsync(2);
        rig.Kernel.LosesAnswer = "resume-io";
        var broken = await rig.KeepAsync();
        Assert.AreEqual((FaultCode.TimedOut, "no", "n1"), (broken.Fault?.Code, rig.Kernel.Suspended, rig.InSync));
        rig.Kernel.LosesAnswer = null;
        rig.Restart();

        var kept = await rig.KeepAsync(3);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual("resume-io data|resume-io data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task Closing_lets_nothing_be_that_was_only_half_let_go()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.LosesAnswer = "resume-io";
        Assert.IsFalse((await rig.DemoteAsync()).IsOk);
        rig.Kernel.LosesAnswer = null;

        Assert.IsTrue((await rig.DemoteAsync()).IsOk);

        Assert.AreEqual("resume-io data|resume-io data", string.Join('|', rig.Kernel.Changes.Take(2)));
        Assert.AreEqual(("Secondary", "n1"), (rig.Kernel.Role, rig.InSync));
    }

    [TestMethod]
    public async Task A_half_ordered_thaw_whose_disk_failed_since_keeps_nothing_from_healing()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.LosesAnswer = "resume-io";
        await rig.KeepAsync(3);
        rig.Kernel.LosesAnswer = null;
        _ = rig.Agreed("n1", 5, "n2");
        rig.Kernel.PeerReturns();

        await rig.KeepAsync(5);

        Assert.AreEqual("n1,n2", rig.InSync);
    }
}
