using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Guarding;

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
    [DataRow("zhack")]
    [DataRow("zpool import")]
    public async Task A_claim_that_takes_long_gives_signs_of_life_for_the_host_would_end_it(string slow)
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());
        var ended = rig.Commands.Holding(slow);
        var signs = new Signs(rig.Time);

        var promoting = rig.Roles.PromoteAsync(MirrorRig.Grant(6), signs, default);
        for (var second = 0; second < 120; second++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        Assert.IsLessThan(new GuardPolicy().RoleDeadline, signs.LongestSilence);
        ended.SetResult();
        Assert.IsTrue((await promoting).IsOk);
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
    public async Task A_writer_that_died_goes_on_with_its_half_when_the_other_does_not_answer()
    {
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

    [TestMethod]
    [DataRow("zhack", DisplayName = "killed in the reclaim")]
    [DataRow("zpool import", DisplayName = "killed in the import")]
    public async Task Killed_after_the_claim_of_a_silent_node_s_pool_the_next_try_goes_on_with_this_half_at_once_whoever_answers_by_then(string killedIn)
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        await KilledAsync(rig, killedIn);
        Assert.AreEqual(("n1", "n1", "n1,n2"), (rig.Certificate.Writer.Value, string.Join(',', rig.Certificate.InSync), string.Join(',', rig.Certificate.Before!)));

        // The other node is back, and lets the writer of the certificate in.
        rig.PlugInPeer();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.Answering("zpool import", () => rig.Imported());
        var began = rig.Time.GetTimestamp();
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(TimeSpan.Zero, rig.Time.GetElapsedTime(began));
        Assert.DoesNotContain(MirrorRig.Remote(0).ToString(), rig.Commands.Asked.Last(line => line.StartsWith("zpool import", StringComparison.Ordinal)));
        Assert.AreEqual(("n1", 100L, null), (string.Join(',', rig.Certificate.InSync), rig.Certificate.Txg, rig.Certificate.Before));
    }

    [TestMethod]
    public async Task Killed_between_a_reclaim_that_was_refused_and_its_record_the_next_try_gives_the_certificate_back()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label());
        await KilledAsync(rig, "zhack");
        rig.Commands.On("zhack", "", 1, "pool 'tank': an absent device holds data no other has");

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.AreEqual(FaultCode.Diverged, promoted.Fault?.Code);
        Assert.AreEqual(("n2", null), (string.Join(',', rig.Certificate.InSync), rig.Certificate.Before));
    }

    [TestMethod]
    public async Task A_half_that_is_open_is_not_given_back_any_more()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());
        rig.Commands.Answering("zfs", () => Assert.IsNull(rig.Imports() == 0 ? null : rig.Certificate.Before, "opened while it could still be given back"));
        Assert.IsTrue((await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default)).IsOk);

        // It dies at once, and comes back to a half that ZFS holds for the older.
        rig.Imported(false);
        rig.Commands.On("zhack", "", 1, "pool 'tank': an absent device holds data no other has");
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default);

        Assert.AreEqual(FaultCode.Diverged, promoted.Fault?.Code);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task An_import_that_was_cut_off_from_its_promotion_is_taken_for_open_by_the_upkeep()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        await KilledAsync(rig, "zpool import");
        rig.Imported();

        await rig.Upkeep.KeepAsync(default);

        Assert.IsNull(rig.Certificate.Before);
    }

    private static async Task KilledAsync(MirrorRig rig, string command)
    {
        rig.Commands.Answering(command, () => throw new OperationCanceledException("killed"));
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default));
        rig.Commands.Answering(command, () => { });
    }

    private static void AssertUntouched(MirrorRig rig) =>
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zhack", StringComparison.Ordinal) || line.StartsWith("zpool import", StringComparison.Ordinal)));

    private sealed class Signs(TimeProvider time) : IProgress<OperationProgress>
    {
        private long last = time.GetTimestamp();
        private TimeSpan longest;

        public TimeSpan LongestSilence => Longer(longest, time.GetElapsedTime(last));

        public void Report(OperationProgress value) => (longest, last) = (LongestSilence, time.GetTimestamp());

        private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }
}
