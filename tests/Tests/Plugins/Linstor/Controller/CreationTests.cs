using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class CreationTests
{
    [TestMethod]
    public async Task A_volume_is_spawned_seen_in_the_kernel_adopted_and_opened()
    {
        await using var rig = await ProvisioningRig.StartAsync();

        var made = await rig.CreateAsync();
        var again = await rig.CreateAsync();

        Assert.AreEqual(new Volume(DrbdRig.Spec().Id, VolumeKind.Filesystem, ProvisioningRig.Bytes, null, $"{rig.Drbd.Mountpoint}/data/0"), made.IsOk ? made.Value : null, made.Fault?.ToString());
        Assert.AreEqual(made.Value, again.Value);
        Assert.AreEqual((new NodeId("n1"), "n1,n2"), (rig.Drbd.Certificate.Writer, rig.Drbd.InSync));
        Assert.AreEqual("POST resource-groups/grp/spawn", string.Join(' ', rig.Ordered));
        Assert.AreEqual(("no", "resource-and-stonith", "/bin/false", "disabled", "ext4"), (
            rig.Data.Props["DrbdOptions/Net/allow-two-primaries"], rig.Data.Props["DrbdOptions/Net/fencing"], rig.Data.Props["DrbdOptions/Handlers/fence-peer"],
            rig.Data.Props["DrbdOptions/auto-quorum"], rig.Data.Props["FileSystem/Type"]));
        Assert.AreEqual("n1,n2", string.Join(',', rig.Data.Nodes));
    }

    [TestMethod]
    public async Task What_it_is_made_with_leaves_nothing_to_object_to()
    {
        await using var rig = await ProvisioningRig.StartAsync();

        _ = await rig.CreateAsync();
        var options = string.Concat(rig.Data.Props.Select(prop => $"{prop.Key.Split('/')[^1]} {prop.Value};\n"));

        var found = NineRules.Judge(ShownOptions.Parse(options), ShownOptions.Parse(options));
        Assert.AreEqual("", string.Join('|', found.Unsafe.Concat(found.Slow)));
        Assert.IsTrue(ApiFacts.Options.Keys.Except(["Resource/on-no-quorum"], StringComparer.Ordinal).All(name => rig.Data.Props.ContainsKey($"DrbdOptions/{name}")), "LINSTOR's defaults may be the group's");
    }

    [TestMethod]
    public async Task An_odd_number_of_bytes_is_rounded_up()
    {
        await using var rig = await ProvisioningRig.StartAsync("block");

        var made = await rig.CreateAsync(ProvisioningRig.Bytes + 1);

        Assert.AreEqual(ProvisioningRig.Bytes + 1024, made.Value.Bytes);
        Assert.IsFalse(rig.Data.Props.ContainsKey("FileSystem/Type"));
    }

    [TestMethod]
    public async Task A_spawn_that_nobody_answered_is_looked_at_and_never_ordered_twice()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.Controller.Swallows = request => request.Contains("spawn", StringComparison.Ordinal);

        var made = await rig.CreateAsync();

        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.HasCount(1, rig.Ordered);
    }

    [TestMethod]
    public async Task A_spawn_that_got_lost_is_unknown_and_the_next_one_works()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.World.Says["POST /v1/resource-groups"] = [];
        rig.Controller.Swallows = request => request.Contains("spawn", StringComparison.Ordinal);

        var lost = await rig.CreateAsync();
        rig.World.Says.Clear();
        rig.Controller.Swallows = null;
        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.TimedOut, Retry.AfterLook), (lost.Fault?.Code, lost.Fault?.Retry));
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
    }

    [TestMethod]
    public async Task A_definition_without_copies_is_gone_on_with()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.World.Free["n2"] = 5;

        var small = await rig.CreateAsync();
        rig.World.Free["n2"] = 1 << 20;
        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.PreconditionFailed, Retry.AfterLook, "996"), (small.Fault!.Code, small.Fault.Retry, small.Fault.Facts["linstorCode"]));
        Assert.Contains("free space", small.Fault.Facts["details"]);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.AreEqual("POST resource-groups/grp/spawn POST resource-definitions/data/autoplace", string.Join(' ', rig.Ordered));
    }

    [TestMethod]
    [DataRow("offline", FaultCode.PeerUnavailable)]
    [DataRow("unknown node", FaultCode.PeerUnavailable)]
    [DataRow("other size", FaultCode.AlreadyExists)]
    [DataRow("other case", FaultCode.AlreadyExists)]
    [DataRow("third node", FaultCode.PreconditionFailed)]
    [DataRow("no size", FaultCode.InvalidArgument)]
    public async Task What_cannot_work_is_refused_before_anything_is_changed(string trouble, FaultCode code)
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.World.Nodes["n2"] = trouble == "offline" ? "OFFLINE" : "ONLINE";
        if (trouble == "unknown node")
        {
            _ = rig.World.Nodes.Remove("n2");
        }

        if (trouble is "other size" or "other case" or "third node")
        {
            var there = new StandInResource(rig.World, trouble == "other case" ? "DATA" : "data");
            there.Sizes[0] = trouble == "other size" ? 7 : 1024;
            there.Diskless["n3"] = "TIE_BREAKER";
            rig.World.Resources["data"] = there;
        }

        var made = await rig.CreateAsync(trouble == "no size" ? 0 : ProvisioningRig.Bytes);

        Assert.AreEqual(code, made.Fault?.Code, made.Fault?.ToString());
        Assert.IsEmpty(rig.Ordered);
        Assert.AreEqual(0, rig.Drbd.Notes.Note.Version);
    }

    [TestMethod]
    public async Task With_versions_that_would_never_be_adopted_nothing_is_made()
    {
        await using var rig = await ProvisioningRig.StartAsync(module: "9.2.19");

        var made = await rig.CreateAsync();

        Assert.AreEqual(FaultCode.Unsupported, made.Fault?.Code);
        Assert.IsEmpty(rig.Controller.Asked);
    }

    [TestMethod]
    public async Task What_the_kernel_does_not_get_is_not_adopted_whatever_LINSTOR_says()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.IsCarriedOut = false;

        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.PreconditionFailed, Retry.AfterLook), (made.Fault?.Code, made.Fault?.Retry));
        Assert.AreEqual(0, rig.Drbd.Notes.Note.Version);
    }

    [TestMethod]
    public async Task A_copy_that_is_still_made_is_waited_for_and_then_told()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        (rig.Drbd.Kernel.PeerDisk, rig.Drbd.Kernel.Replication, rig.Drbd.Kernel.OutOfSync) = ("Inconsistent", "SyncSource", 512);

        var early = await rig.CreateAsync();
        (rig.Drbd.Kernel.PeerDisk, rig.Drbd.Kernel.Replication) = ("UpToDate", "Established");
        var different = await rig.CreateAsync();
        rig.Drbd.Kernel.OutOfSync = 0;
        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.Busy, Retry.Later), (early.Fault?.Code, early.Fault?.Retry));
        Assert.AreEqual(FaultCode.PreconditionFailed, different.Fault?.Code, "the kernel calls both up to date, and they differ");
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
    }

    [TestMethod]
    public async Task Copies_that_differ_have_not_arrived()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.Drbd.Kernel.OutOfSync = 4;

        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.PreconditionFailed, 0L), (made.Fault?.Code, rig.Drbd.Notes.Note.Version));
        Assert.Contains("4096 bytes differ", made.Fault!.Why);
    }

    [TestMethod]
    public async Task LINSTORs_own_reasons_come_through_with_cause_and_correction()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.World.Says["POST /v1/resource-groups"] = [Rc.Bad(317, "Resource group 'grp' not found.", "It was deleted.", "Create it.")];

        var made = await rig.CreateAsync();

        Assert.AreEqual((FaultCode.NotFound, "Create it."), (made.Fault!.Code, made.Fault.NextStep));
        Assert.Contains("It was deleted", made.Fault.Why);
    }

    [TestMethod]
    public async Task What_the_kernel_has_is_adopted_with_all_controllers_dead()
    {
        using var rig = new DrbdRig();
        _ = rig.Controlled(ControllerLinkTests.Dead().ToString());

        var adopted = await rig.ProvisionAsync(rig.Volumes.CreateAsync(DrbdRig.Spec(), DrbdRig.Grant(1), default));

        Assert.IsTrue(adopted.IsOk, adopted.Fault?.ToString());
    }
}
