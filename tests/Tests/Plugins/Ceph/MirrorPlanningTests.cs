using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Mirrors;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Tests.Plugins.CephBackend;

[TestClass]
public sealed class MirrorPlanningTests
{
    private static readonly UnitId Unit = new(new BackendId("ceph"), "db");
    private static readonly NodeId Self = new("n1");
    private static readonly SiteVoice OtherIsSource = new("site-b", IsHere: false, IsSource: true, IsUp: true, "up+stopped", null);

    private static readonly SiteSight Sight = new("site-a", IsOn: true, TimeSpan.FromSeconds(60)) { Peers = [new SitePeer("site-b", "both", "client.rbd-mirror-peer", null)] };

    [TestMethod]
    public void What_is_so_already_needs_no_step()
    {
        Assert.IsEmpty(Plan(SiteAction.Enable, Of(SiteRole.Source, SiteState.Replaying)).Steps);
        Assert.IsEmpty(Plan(SiteAction.Promote, Of(SiteRole.Source, SiteState.Replaying)).Steps);
        Assert.IsEmpty(Plan(SiteAction.Disable, Of(SiteRole.None, SiteState.Off)).Steps);
        Assert.IsEmpty(Plan(SiteAction.Demote, Of(SiteRole.Copy, SiteState.Replaying) with { Away = "given away by n1" }).Steps);
        Assert.HasCount(2, Plan(SiteAction.Demote, Of(SiteRole.Source, SiteState.Replaying) with { Away = "given away by n1" }).Steps, "cut off before the volume");
        Assert.HasCount(1, Plan(SiteAction.Promote, Of(SiteRole.Source, SiteState.Replaying) with { Away = "being taken over by n1" }).Steps, "cut off after the volume");
    }

    [TestMethod]
    public void What_this_site_only_remembers_is_forgotten_without_a_loss_and_only_if_nothing_of_it_is_left()
    {
        var gone = Volume(SiteRole.None, SiteState.Off) with { IsGone = true };
        var away = new UnitMirror(Unit, [gone, gone]) { Away = "given away by n1" };
        var plan = Plan(SiteAction.Disable, away);
        Assert.IsEmpty(plan.Blockers);
        Assert.IsEmpty(plan.Losses);
        StringAssert.StartsWith(plan.Steps.Single(), "Forget db: none of its images");
        Assert.HasCount(1, Plan(SiteAction.Disable, away with { Volumes = [gone, Volume(SiteRole.None, SiteState.Off)] }).Blockers, "one image is here");
        Assert.HasCount(1, Plan(SiteAction.Disable, away with { Volumes = [gone, Volume(SiteRole.Copy, SiteState.Syncing)] }).Blockers, "it is just being copied anew");
        Assert.IsEmpty(Plan(SiteAction.Disable, away with { Away = null }).Steps, "this site may write it");
        Assert.IsEmpty(new MirrorPlanning(new SiteOrder(Unit, SiteAction.Disable), Sight with { IsOn = false }, away, Self).Run().Blockers, "mirroring may be off by then");
        Assert.AreNotEqual(plan.Fingerprint, Plan(SiteAction.Disable, away with { Volumes = [gone, Volume(SiteRole.None, SiteState.Off)] }).Fingerprint);
    }

    [TestMethod]
    [DataRow("n1", false, true)]
    [DataRow("n2", false, true)]
    [DataRow("n1", true, false)]
    [DataRow("n2", true, true)]
    public void A_unit_that_is_open_is_not_given_away_unless_this_node_closes_it_first(string node, bool closes, bool isBlocked)
    {
        var unit = Of(SiteRole.Source, SiteState.Replaying) with { OpenOn = new NodeId(node) };
        var plan = new MirrorPlanning(new SiteOrder(Unit, SiteAction.Demote) { IsClosedFirst = closes }, Sight, unit, Self).Run();
        Assert.AreEqual(isBlocked, plan.Blockers.Count > 0, string.Join(' ', plan.Blockers));
    }

    [TestMethod]
    public void Closing_it_first_is_no_change_that_the_plan_did_not_foresee()
    {
        var order = new SiteOrder(Unit, SiteAction.Demote) { IsClosedFirst = true };
        var open = Of(SiteRole.Source, SiteState.Replaying) with { OpenOn = Self };
        Assert.AreEqual(new MirrorPlanning(order, Sight, open, Self).Run().Fingerprint, new MirrorPlanning(order, Sight, open with { OpenOn = null }, Self).Run().Fingerprint);
        Assert.AreNotEqual(new MirrorPlanning(order, Sight, open, Self).Run().Fingerprint, new MirrorPlanning(order, Sight, Of(SiteRole.Copy, SiteState.Silent), Self).Run().Fingerprint);
    }

    [TestMethod]
    [DataRow(SiteState.Replaying, true)]
    [DataRow(SiteState.Syncing, true)]
    [DataRow(SiteState.SplitBrain, true)]
    [DataRow(SiteState.Failed, true)]
    [DataRow(SiteState.NoSource, false)]
    [DataRow(SiteState.Silent, false)]
    public void In_order_only_what_nobody_is_the_source_of_any_more_is_taken(SiteState state, bool isBlocked)
    {
        var plan = Plan(SiteAction.Promote, Of(SiteRole.Copy, state));
        Assert.AreEqual(isBlocked, plan.Blockers.Count > 0, string.Join(' ', plan.Blockers));
        Assert.IsEmpty(plan.Losses);
    }

    [TestMethod]
    public void By_force_the_loss_is_stated_with_instant_and_age_or_that_nobody_knows_it()
    {
        var held = new DateTimeOffset(2026, 11, 22, 7, 50, 0, TimeSpan.Zero);
        var unit = new UnitMirror(Unit, [Volume(SiteRole.Copy, SiteState.Silent) with { HeldByCopy = held, Behind = TimeSpan.FromSeconds(95) }]);
        var known = Plan(SiteAction.PromoteByForce, unit);
        Assert.IsEmpty(known.Blockers);
        Assert.AreEqual("ceph:db/data: everything that was written at site-b after 2026-11-22 07:50:00 UTC, 95 s ago by this node's clock.", known.Losses[0]);
        StringAssert.StartsWith(known.Losses[1], "If anybody still writes it at site-b");
        var unknown = Plan(SiteAction.PromoteByForce, new UnitMirror(Unit, [Volume(SiteRole.Copy, SiteState.Replaying) with { Voices = [OtherIsSource] }]));
        StringAssert.Contains(unknown.Losses[0], "nobody tells up to which instant");
        StringAssert.StartsWith(unknown.Losses[1], "site-b is alive and says that it is the source");
    }

    [TestMethod]
    public void Nothing_is_thrown_away_while_no_other_site_is_known_to_be_the_source()
    {
        var alone = Plan(SiteAction.Resync, Of(SiteRole.Copy, SiteState.SplitBrain));
        StringAssert.Contains(alone.Blockers.Single(), "thrown away here, nothing might be left");
        var dead = Plan(SiteAction.Resync, new UnitMirror(Unit, [Volume(SiteRole.Copy, SiteState.SplitBrain) with { Voices = [OtherIsSource with { IsUp = false }] }]));
        Assert.HasCount(1, dead.Blockers);
        var fine = Plan(SiteAction.Resync, new UnitMirror(Unit, [Volume(SiteRole.Copy, SiteState.SplitBrain) with { Voices = [OtherIsSource] }]));
        Assert.IsEmpty(fine.Blockers);
        StringAssert.Contains(fine.Losses.Single(), "what only this site has since both went apart");
        Assert.HasCount(1, Plan(SiteAction.Resync, Of(SiteRole.Source, SiteState.TwoSources)).Blockers);
        Assert.HasCount(2, Plan(SiteAction.Resync, Of(SiteRole.Copy, SiteState.SplitBrain) with { OpenOn = Self }).Blockers);
    }

    [TestMethod]
    public void Where_mirroring_is_off_nothing_is_done_and_ending_it_states_that_the_copy_goes()
    {
        StringAssert.Contains(new MirrorPlanning(new SiteOrder(Unit, SiteAction.Enable), Sight with { IsOn = false }, Of(SiteRole.None, SiteState.Off), Self).Run().Blockers.Single(), "rbd mirror pool enable");
        StringAssert.Contains(Plan(SiteAction.Disable, Of(SiteRole.Source, SiteState.Replaying)).Losses.Single(), "its daemon deletes it");
        Assert.HasCount(1, Plan(SiteAction.Disable, Of(SiteRole.Copy, SiteState.Replaying)).Blockers);
        Assert.HasCount(1, Plan(SiteAction.Enable, Of(SiteRole.None, SiteState.Off) with { OpenOn = new NodeId("n2") }).Blockers);
    }

    [TestMethod]
    [DataRow(SiteAction.Enable, SiteRole.None, true)]
    [DataRow(SiteAction.Snapshot, SiteRole.Source, true)]
    [DataRow(SiteAction.Demote, SiteRole.Source, true)]
    [DataRow(SiteAction.Disable, SiteRole.Source, false)]
    [DataRow(SiteAction.Promote, SiteRole.Copy, false)]
    public void Half_of_a_rollback_is_not_carried_over_to_the_other_site(SiteAction action, SiteRole role, bool isBlocked)
    {
        var plan = new MirrorPlanning(new SiteOrder(Unit, action), Sight, Of(role, SiteState.NoSource), Self, Rollbacks.Unfinished("s1", "cannot")).Run();
        Assert.AreEqual(isBlocked, plan.Blockers.Any(blocker => blocker.Contains("a rollback to s1 has not ended", StringComparison.Ordinal)), string.Join(' ', plan.Blockers));
        Assert.IsFalse(Plan(action, Of(role, SiteState.NoSource)).Blockers.Any(blocker => blocker.Contains("rollback", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void What_is_given_away_already_is_not_refused_for_a_rollback() => Assert.IsEmpty(new MirrorPlanning(
        new SiteOrder(Unit, SiteAction.Demote), Sight, Of(SiteRole.Copy, SiteState.NoSource) with { Away = "given away by n1" }, Self, Rollbacks.Unfinished("s1", "cannot")).Run().Blockers);

    private static SitePlan Plan(SiteAction action, UnitMirror unit) => new MirrorPlanning(new SiteOrder(Unit, action), Sight, unit, Self).Run();

    private static UnitMirror Of(SiteRole role, SiteState state) => new(Unit, [Volume(role, state)]);

    private static VolumeMirror Volume(SiteRole role, SiteState state) => new(new VolumeId(Unit, "data"), role, state);
}
