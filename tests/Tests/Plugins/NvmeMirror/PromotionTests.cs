using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class PromotionTests
{
    [TestMethod]
    public async Task The_half_that_is_certified_is_reclaimed_and_imported_and_the_other_is_recorded_first()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        var certifiedAtReclaim = "";
        rig.Commands.Answering("zhack", () =>
        {
            certifiedAtReclaim = string.Join(',', rig.Certificate.InSync);
            Assert.IsTrue(rig.Commands.Asked.TrueForAll(line => !line.StartsWith("zpool import", StringComparison.Ordinal)));
        });
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual((Role.Writer, new Epoch(6)), (promoted.Value.Role, promoted.Value.Epoch));
        Assert.AreEqual("n1", certifiedAtReclaim);
        Assert.AreEqual((new NodeId("n1"), 100L), (rig.Certificate.Writer, rig.Certificate.Txg));
        var import = rig.Commands.Asked.Single(line => line.StartsWith("zpool import", StringComparison.Ordinal));
        Assert.Contains("cachefile=none", import);
        Assert.DoesNotContain("-f", import.Split(' '));
        Assert.DoesNotContain(MirrorRig.Remote(0).ToString(), import);
    }

    [TestMethod]
    public async Task A_half_that_is_not_certified_is_never_taken()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label());

        var plan = await rig.Roles.PlanPromoteAsync(MirrorRig.Unit, default);
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(LossConfidence.Unknown, plan.Value.Loss.Confidence);
        Assert.IsNotEmpty(plan.Value.Blockers);
        Assert.AreEqual(FaultCode.WouldLoseWrites, promoted.Fault?.Code);
        AssertUntouched(rig);
    }

    [TestMethod]
    public async Task A_certificate_that_is_lost_between_look_and_claim_stops_the_promotion()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label());

        // The writer lives and records at this moment that it goes on alone.
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n2", 5, "n2");
        };
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        AssertUntouched(rig);
    }

    [TestMethod]
    public async Task Without_the_store_or_with_an_unknown_version_nothing_is_taken()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Notes.IsAway = true;
        var away = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        AssertUntouched(rig);

        using var newer = new MirrorRig(zfs: "2.5.0").Agreed("n2", 5, "n1", "n2");
        var unknown = await newer.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        AssertUntouched(newer);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, away.Fault?.Code);
        Assert.AreEqual(FaultCode.Unsupported, unknown.Fault?.Code);
    }

    [TestMethod]
    public async Task A_certificate_that_cannot_be_read_is_not_believed()
    {
        using var rig = new MirrorRig();
        rig.Notes.Note = new UnitNote("""{"form":2,"writer":"n1"}""", 1);

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(FaultCode.Unparseable, promoted.Fault?.Code);
        AssertUntouched(rig);
    }

    [TestMethod]
    public async Task An_older_epoch_is_refused_also_after_the_store_forgot_it()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        rig.Agreed("n2", 3, "n1", "n2");

        var older = await rig.Roles.PromoteAsync(MirrorRig.Grant(5), null, default);
        var foreign = await rig.Roles.PromoteAsync(MirrorRig.Grant(7, "n2"), null, default);

        Assert.AreEqual(FaultCode.StaleEpoch, older.Fault?.Code);
        Assert.AreEqual(FaultCode.NotWriter, foreign.Fault?.Code);
    }

    [TestMethod]
    public async Task A_pool_that_stayed_imported_while_another_wrote_is_not_gone_on_with()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Imported();

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        Assert.Contains("Reset", promoted.Fault!.NextStep);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    [TestMethod]
    public async Task A_drive_that_is_missing_here_stops_it_before_anything_is_claimed()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On($"zdb -l -u {rig.Device(MirrorRig.Local(1))}", MirrorRig.Label(guid: "1"));

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
        AssertUntouched(rig);
    }

    [TestMethod]
    public async Task Killed_after_the_claim_the_next_try_goes_on_with_this_half()
    {
        // As the certificate is then: taken, both still in it, nothing imported; the other node never answers.
        using var rig = new MirrorRig().Agreed("n1", 6, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoting = rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        while (!promoting.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.IsTrue((await promoting).IsOk, (await promoting).Fault?.ToString());
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
        Assert.IsTrue(rig.Commands.Asked.Exists(line => line.StartsWith("zhack", StringComparison.Ordinal)));
    }

    private static void AssertUntouched(MirrorRig rig) =>
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zhack", StringComparison.Ordinal) || line.StartsWith("zpool import", StringComparison.Ordinal)));
}
