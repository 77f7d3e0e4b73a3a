using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The other node has claimed the pool of this one, and died before it opened it: nothing was acknowledged since.</summary>
[TestClass]
public sealed class InTurnTests
{
    [TestMethod]
    [DataRow(0, DisplayName = "this node had not closed it")]
    [DataRow(1, DisplayName = "this node had closed it in order")]
    public async Task A_half_that_was_whole_before_a_claim_that_never_opened_is_taken_alone_and_the_claimants_is_to_be_copied_whole(int state)
    {
        using var rig = Claimed(["n1", "n2"], state);
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        (string, long, int?) atClaim = default;
        rig.Commands.Answering("zhack", () => atClaim = (string.Join(',', rig.Certificate.InSync), rig.Certificate.Txg, rig.Certificate.Before?.Count));
        rig.Commands.Answering("zfs set", () => Assert.IsNull(rig.Certificate.Before, "opened while the other may still claim it in turn"));

        var plan = await rig.Roles.PlanPromoteAsync(MirrorRig.Unit, default);
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default);

        Assert.AreEqual((0, LossConfidence.ProvenZero), (plan.Value.Blockers.Count, plan.Value.Loss.Confidence));
        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(("n1", 0L, 2), atClaim);
        Assert.AreEqual(("n1", "n1", 0L, null), (rig.Certificate.Writer.Value, string.Join(',', rig.Certificate.InSync), rig.Certificate.Txg, rig.Certificate.Before));
        Assert.IsTrue(rig.AnyGivenUp);
        Assert.DoesNotContain(MirrorRig.Remote(0).ToString(), rig.Commands.Asked.Last(line => line.StartsWith("zpool import", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task The_claimants_half_is_taken_out_and_copied_whole_when_it_is_back_however_far_it_says_it_wrote()
    {
        using var rig = Claimed(["n1", "n2"]);
        Assert.IsTrue((await rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default)).IsOk);
        rig.PlugInPeer();
        rig.Paths(0, "live", "nqn.2026-11.io.nodeagent:site:host:n1:e7");
        rig.Paths(1, "live", "nqn.2026-11.io.nodeagent:site:host:n1:e7");

        await rig.Upkeep.KeepAsync(default);
        await rig.Upkeep.KeepAsync(default);

        Assert.Contains("zpool detach tank 12", rig.Commands.Asked);
        Assert.Contains($"zpool labelclear -f {rig.Device(MirrorRig.Remote(0))}", rig.Commands.Asked);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool online", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Who_offers_the_pool_counts_both_nodes_until_one_of_them_has_opened_it()
    {
        using var rig = Claimed(["n1", "n2"]);
        var before = await StatesAsync(rig);
        Note(rig, null);

        var opened = await StatesAsync(rig);

        Assert.AreEqual(("n1 InSync, n2 InSync", "n1 Outdated, n2 InSync"), (before, opened));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "its half was not whole before either")]
    [DataRow(false, DisplayName = "the claim has opened the pool")]
    public async Task A_half_that_may_miss_something_is_refused_as_ever(bool isUnopened)
    {
        using var rig = Claimed(isUnopened ? ["n2"] : null);

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default);

        Assert.AreEqual((FaultCode.WouldLoseWrites, "n2"), (promoted.Fault?.Code, rig.Certificate.Writer.Value));
        Assert.AreEqual(0, rig.Imports());
    }

    [TestMethod]
    public async Task A_claimant_that_opens_at_this_moment_was_faster()
    {
        using var rig = Claimed(["n1", "n2"]);
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            Note(rig, null);
        };

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default);

        Assert.AreEqual((FaultCode.PreconditionFailed, "n2"), (promoted.Fault?.Code, rig.Certificate.Writer.Value));
        Assert.AreEqual(0, rig.Imports());
    }

    [TestMethod]
    public async Task A_claimant_that_was_overtaken_can_not_open_any_more_and_hands_nothing_out()
    {
        // This node claims and imports, and the other claims in turn before Before is gone.
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () =>
        {
            rig.Imported();
            rig.Agreed("n2", 7, "n2");
        });

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual((FaultCode.PreconditionFailed, FaultCode.NotWriter), (promoted.Fault?.Code, kept.Fault?.Code));
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zfs mount", StringComparison.Ordinal) || line.StartsWith("zfs set", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("zhack")]
    [DataRow("zpool import")]
    public async Task Killed_on_the_way_the_claim_in_turn_leaves_the_pool_to_whichever_of_the_two_is_back_first(string killedIn)
    {
        using var rig = Claimed(["n1", "n2"]);
        rig.Commands.Answering(killedIn, () => throw new OperationCanceledException("killed"));
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => rig.Roles.PromoteAsync(MirrorRig.Grant(7), null, default));

        Assert.AreEqual(("n1", "n1"), (rig.Certificate.Writer.Value, string.Join(',', rig.Certificate.InSync)));
        Assert.IsTrue(rig.Certificate.HoldsAll(new NodeId("n2")));
        rig.Commands.Answering("zhack", () => { });
        rig.Commands.Answering("zpool import", () => rig.Imported());
        Assert.IsTrue((await rig.Roles.PromoteAsync(MirrorRig.Grant(8), null, default)).IsOk);
        Assert.IsFalse(rig.Certificate.HoldsAll(new NodeId("n2")));
    }

    [TestMethod]
    public async Task Volumes_of_a_pool_that_is_imported_and_not_open_are_not_changed()
    {
        using var rig = new MirrorRig().Agreed("n1", 6, "n1");
        Note(rig, ["n1", "n2"]);
        rig.Imported();
        rig.Commands.On("zfs list", """{"datasets":{"tank/v":{"name":"tank/v","type":"FILESYSTEM","properties":{"used":{"value":"1"},"refquota":{"value":"0"},"volsize":{"value":"-"},"mounted":{"value":"no"},"mountpoint":{"value":"/m"}}}}}""");

        var created = await rig.Volumes.CreateAsync(new VolumeSpec(new VolumeId(MirrorRig.Unit, "w"), VolumeKind.Filesystem, 0), MirrorRig.Grant(6), default);

        Assert.AreEqual(FaultCode.Busy, created.Fault?.Code, created.Fault?.ToString());
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zfs create", StringComparison.Ordinal)));
    }

    /// <summary>n1 wrote with n2, n2 claimed in epoch 6 and never opened; null: it opened.</summary>
    private static MirrorRig Claimed(string[]? before, int state = 0)
    {
        var rig = new MirrorRig().Agreed("n2", 6, "n2");
        Note(rig, before);
        rig.Commands.On("zdb -l", MirrorRig.Label(state: state)).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());
        return rig;
    }

    private static void Note(MirrorRig rig, string[]? before) => rig.Notes.Note = new UnitNote(
        (rig.Certificate with { Before = before?.ToImmutableSortedSet(StringComparer.Ordinal) }).ToText(), rig.Notes.Note.Version + 1);

    private static async Task<string> StatesAsync(MirrorRig rig) => string.Join(
        ", ", (await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(MirrorRig.Unit, default)).Value.Copies.Select(copy => $"{copy.Node} {copy.State}"));
}
