using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>What is recorded when halves part while the pool is opened or closed.</summary>
[TestClass]
public sealed class HandoverSafetyTests
{
    [TestMethod]
    public async Task A_writer_whose_own_half_is_not_certified_does_not_take_it_alone()
    {
        using var rig = new MirrorRig().Agreed("n1", 5, "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));

        var promoted = await PromoteAsync(rig);

        Assert.AreEqual(FaultCode.WouldLoseWrites, promoted.Fault?.Code);
        Assert.AreEqual("n2", InSync(rig));
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zhack", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_writer_that_needs_both_halves_plans_only_while_the_peer_offers_its_own(bool isUp)
    {
        using var rig = new MirrorRig().Agreed("n1", 5);
        rig.Commands.On("zdb -l", MirrorRig.Label());
        rig.IsPeerUp = isUp;

        var plan = await rig.Roles.PlanPromoteAsync(MirrorRig.Unit, default);

        Assert.AreEqual((isUp, LossConfidence.Unknown), (plan.Value.Blockers.Count == 0, plan.Value.Loss.Confidence));
    }

    [TestMethod]
    [DataRow("n2")]
    [DataRow]
    public async Task A_writer_whose_own_half_is_not_certified_takes_both(params string[] inSync)
    {
        using var rig = new MirrorRig().Agreed("n1", 5, inSync);
        Opening(rig, state: 0, MirrorRig.Status());

        var promoted = await PromoteAsync(rig);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.Contains(MirrorRig.Remote(1).ToString(), rig.Commands.Asked.Single(line => line.StartsWith("zpool import", StringComparison.Ordinal)));
        Assert.AreEqual(string.Join(',', inSync), InSync(rig));
    }

    [TestMethod]
    public async Task A_drive_of_the_peer_that_is_lost_in_the_import_is_recorded_before_anything_is_mounted()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        Opening(rig, state: 1, MirrorRig.Status("ONLINE", "FAULTED"));
        var known = "";
        rig.Commands.Answering("zfs set", () => known = InSync(rig));

        var promoted = await PromoteAsync(rig);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("n1", known);
    }

    [TestMethod]
    [DataRow(0, DisplayName = "the other is silent")]
    [DataRow(1, DisplayName = "the other closed it in order")]
    public async Task Two_nodes_with_one_host_identity_are_found_out_before_anything_is_claimed(int state)
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.HasHostId(0x0a0b0c0d);
        rig.Commands.On("zdb -l", MirrorRig.Label(state: state, host: 0x0a0b0c0d));

        var promoted = await PromoteAsync(rig);

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        StringAssert.Contains(promoted.Fault!.Why, "n1 and n2 have the same /etc/hostid (0a0b0c0d)");
        Assert.AreEqual("n1,n2", InSync(rig));
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zhack", StringComparison.Ordinal) || line.StartsWith("zpool import", StringComparison.Ordinal)));
        StringAssert.Contains(string.Join(' ', (await rig.Backend.ProbeAsync(default)).Value.Remarks), "promotion is refused");
    }

    [TestMethod]
    [DataRow(1, DisplayName = "the peer claimed a pool that was closed in order here, and died before it imported it")]
    [DataRow(0, DisplayName = "the peer claimed the pool of a dead node, and ZFS gave the certificate back: this half alone is whole")]
    public async Task A_node_that_had_the_pool_last_is_no_clone_of_a_peer_that_claimed_and_never_imported_it(int state)
    {
        // What zdb -l shows of n1's own half: n1 itself wrote it last, whoever claimed the certificate since.
        using var rig = state == 1 ? new MirrorRig().Agreed("n2", 5, "n1", "n2") : new MirrorRig().Agreed("n2", 5, "n1");
        rig.HasHostId(0x0a0b0c0d);
        rig.Commands.On("zdb -l", MirrorRig.Label(state: state, host: 0x0a0b0c0d).Replace("    hostid:", $"    hostname: '{Environment.MachineName}'\n    hostid:", StringComparison.Ordinal))
            .On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.IsPeerUp = false;
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoted = await PromoteAsync(rig);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task A_claim_says_the_claimers_identity_and_one_that_was_cloned_is_found_by_it_also_where_the_label_is_this_nodes_own()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Notes.Note = new UnitNote((rig.Certificate with { HostId = 0x0a0b0c0d }).ToText(), rig.Notes.Note.Version + 1);
        rig.HasHostId(0x0a0b0c0d);
        rig.Commands.On("zdb -l", MirrorRig.Label(host: 0x0a0b0c0d).Replace("    hostid:", $"    hostname: '{Environment.MachineName}'\n    hostid:", StringComparison.Ordinal))
            .On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var cloned = await PromoteAsync(rig);
        Assert.AreEqual((FaultCode.PreconditionFailed, new NodeId("n2")), (cloned.Fault?.Code, rig.Certificate.Writer));
        rig.HasHostId(0x0a0b0c0e);
        var promoted = await PromoteAsync(rig);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(0x0a0b0c0eU, rig.Certificate.HostId);
    }

    [TestMethod]
    public void A_certificate_of_before_identities_were_written_is_still_read_and_an_identity_that_is_none_is_not()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        var old = rig.Notes.Note.Text;

        Assert.DoesNotContain("hostId", old);
        Assert.IsNull(rig.Certificate.HostId);
        Assert.IsFalse(NodeAgent.Plugins.NvmeMirrorBackend.Certificates.Certificate.Parse("", old.Replace("{", "{\"hostId\":-1,", StringComparison.Ordinal)).IsOk);
    }

    [TestMethod]
    public async Task A_writer_that_died_and_comes_back_to_a_pool_that_the_other_took_is_not_told_to_change_its_identity()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n2");
        rig.HasHostId(0x0a0b0c0d);
        rig.Commands.On("zdb -l", MirrorRig.Label(host: 0x0a0b0c0d).Replace("    hostid:", $"    hostname: '{Environment.MachineName}'\n    hostid:", StringComparison.Ordinal));

        var health = await rig.Backend.ProbeAsync(default);

        Assert.DoesNotContain("zgenhostid", string.Join(' ', health.Value.Remarks));
    }

    [TestMethod]
    public async Task A_writer_that_comes_back_to_its_own_half_is_no_clone()
    {
        using var rig = new MirrorRig().Agreed("n1", 5, "n1");
        rig.HasHostId(0x0a0b0c0d);
        rig.Commands.On("zdb -l", MirrorRig.Label(host: 0x0a0b0c0d));
        Opening(rig, state: 0, MirrorRig.Status("OFFLINE", "OFFLINE"));

        Assert.IsTrue((await PromoteAsync(rig)).IsOk);
    }

    [TestMethod]
    public async Task A_half_that_ZFS_holds_for_the_older_gives_the_certificate_to_the_other()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zhack", "", 1, "pool 'tank': an absent device holds data no other has");

        var promoted = await PromoteAsync(rig);

        Assert.AreEqual(FaultCode.Diverged, promoted.Fault?.Code);
        Assert.AreEqual("n2", InSync(rig));
        Assert.AreEqual("200", await File.ReadAllTextAsync(Path.Combine(rig.Places.ZfsParameters, "zfs_multihost_interval")));
    }

    [TestMethod]
    public async Task A_half_that_missed_the_last_group_of_the_export_is_recorded_before_its_paths_are_given_up()
    {
        using var rig = Closing();
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(0))}", MirrorRig.Label(txg: 99, state: 1));
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(1))}", MirrorRig.Label(txg: 98, state: 1));
        rig.Notes.BeforeWrite = () => Assert.IsFalse(rig.AnyGivenUp);

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("n1", InSync(rig));
        Assert.IsTrue(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_drive_that_does_not_know_of_the_export_is_recorded_also_when_the_store_answers_only_the_second_time()
    {
        using var rig = Closing();
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(1))}", MirrorRig.Label(state: 0));
        rig.Commands.Answering("zpool export", () =>
        {
            rig.Notes.IsAway = true;
            rig.Imported(false);
        });

        var closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, closed.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
        rig.Notes.IsAway = false;
        closed = await rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task Connections_that_cannot_be_looked_at_are_not_taken_for_none()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label());
        File.Delete(rig.Places.Connections);

        var promoted = await PromoteAsync(rig);

        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    [TestMethod]
    public async Task A_target_that_is_loaded_but_cannot_be_seen_is_not_taken_for_closed()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label());
        Directory.Delete(rig.Places.Target, recursive: true);
        Directory.CreateDirectory(Path.GetFullPath(Path.Combine(rig.Places.ZfsParameters, "..", "..", "nvmet")));

        var promoted = await PromoteAsync(rig);

        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static async Task<Outcome<RoleReport>> PromoteAsync(MirrorRig rig)
    {
        var promoting = rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        while (!promoting.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await promoting;
    }

    /// <summary>The peer lets this node in, and the import opens both halves.</summary>
    private static void Opening(MirrorRig rig, int state, string status)
    {
        rig.PlugInPeer();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zdb -l", MirrorRig.Label(state: state)).On("zpool status", status);
        rig.Commands.Answering("zpool import", () => rig.Imported());
    }

    private static MirrorRig Closing()
    {
        var rig = new MirrorRig().Agreed("n1", 1, "n1", "n2");
        rig.Imported();
        rig.PlugInPeer();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zdb -l", MirrorRig.Label(state: 1));
        rig.Commands.Answering("zpool export", () => rig.Imported(false));
        return rig;
    }
}
