using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>A volume that the files name and the kernel does not have is in nothing that the kernel says: both copies look whole without it.</summary>
[TestClass]
public sealed class VolumeGapTests
{
    private const string Two = "0\n7\n";

    [TestMethod]
    public async Task Without_a_volume_of_the_files_the_peer_is_not_certified_and_that_is_told()
    {
        using var rig = new DrbdRig("block").Writing("n1");
        rig.Kernel.Named = Two;

        var kept = await rig.KeepAsync(5);

        Assert.AreEqual("n1", rig.InSync);
        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.Contains("/dev/drbd7", kept.Fault!.Why);
        Assert.Contains("drbdadm adjust data", kept.Fault.NextStep);
    }

    [TestMethod]
    public async Task A_certificate_for_both_is_taken_back()
    {
        using var rig = new DrbdRig("block").Writing("n1", "n2");
        await rig.KeepAsync(3);
        rig.Kernel.Named = Two;

        await rig.KeepAsync(25);

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task Adjusted_it_is_certified_again_within_moments()
    {
        using var rig = new DrbdRig("block").Writing("n1");
        rig.Kernel.Named = "0\n1\n";
        await rig.KeepAsync(5);
        rig.Kernel.SecondDisk = "UpToDate";

        var kept = await rig.KeepAsync(3);

        Assert.AreEqual(("n1,n2", true), (rig.InSync, kept.IsOk));
    }

    [TestMethod]
    public async Task A_reader_tells_it_too()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Named = Two;

        var kept = await rig.KeepAsync(2);

        Assert.Contains("/dev/drbd7", kept.Fault?.Why ?? "");
    }

    [TestMethod]
    public async Task Nothing_is_promoted_or_adopted_without_it()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Named = Two;
        var promoted = await rig.PromoteAsync();
        using var fresh = new DrbdRig();
        fresh.Kernel.Named = Two;
        var adopted = await fresh.Volumes.CreateAsync(DrbdRig.Spec(), DrbdRig.Grant(1), default);

        Assert.Contains("/dev/drbd7", promoted.Fault?.Why ?? "");
        Assert.Contains("/dev/drbd7", adopted.Fault?.Why ?? "");
        Assert.AreEqual("Secondary", rig.Kernel.Role);
        Assert.AreEqual("", fresh.Notes.Note.Text);
    }

    [TestMethod]
    public async Task What_runs_already_is_not_closed_for_it()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Named = Two;

        var stayed = await rig.PromoteAsync();

        Assert.IsTrue(stayed.IsOk, stayed.Fault?.ToString());
    }

    [TestMethod]
    public async Task A_volume_that_the_files_do_not_name_is_told_and_stops_nothing()
    {
        using var rig = new DrbdRig("block").Writing("n1");
        (rig.Kernel.SecondDisk, rig.Kernel.Named) = ("UpToDate", "0\n");

        var kept = await rig.KeepAsync(5);
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual("n1,n2", rig.InSync);
        Assert.Contains("/dev/drbd1", kept.Fault?.Why ?? "");
        Assert.AreEqual(HealthLevel.Degraded, probed.Value.Level);
    }

    [TestMethod]
    public async Task The_doctor_names_it()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Named = Two;

        var probed = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual(HealthLevel.Failed, probed.Value.Level);
        Assert.Contains("/dev/drbd7", string.Join('|', probed.Value.Remarks));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("0\n0\n")]
    [DataRow("0\n-1\n")]
    [DataRow("zero\n")]
    public async Task What_is_no_list_of_devices_certifies_nothing(string text)
    {
        using var rig = new DrbdRig("block").Writing("n1");
        rig.Kernel.Named = text;

        var kept = await rig.KeepAsync(5);

        Assert.AreEqual(("n1", FaultCode.Unparseable), (rig.InSync, kept.Fault?.Code));
    }

    [TestMethod]
    public async Task Taken_out_of_the_files_again_it_is_certified()
    {
        using var rig = new DrbdRig("block").Writing("n1");
        rig.Kernel.Named = Two;
        await rig.KeepAsync(5);
        rig.Kernel.Named = null;

        await rig.KeepAsync(25);

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task The_files_are_read_now_and_then_and_not_every_second()
    {
        using var rig = new DrbdRig("block").Writing("n1");
        rig.Kernel.Named = Two;

        await rig.KeepAsync(41);

        Assert.IsInRange(2, 4, rig.Kernel.Asked.Count(line => line == "drbdadm sh-minor data"));
    }
}
