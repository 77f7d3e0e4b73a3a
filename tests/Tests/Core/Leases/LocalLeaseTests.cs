using NodeAgent.Contract;
using NodeAgent.Core.Leases;

namespace NodeAgent.Tests.Core.Leases;

[TestClass]
public sealed class LocalLeaseTests
{
    private static readonly Timings Four = Timings.Compute(TimingChoice.Of(TimingChoice.DefaultStall)).Value;
    private readonly List<LeaseEffect> done = [];
    private LocalLease lease = LocalLease.None;

    [TestMethod]
    public void A_node_that_owns_nothing_is_never_reset()
    {
        Tick(1000);
        Assert.AreEqual(LeaseStanding.Idle, lease.Standing);
        Assert.IsEmpty(done);
    }

    [TestMethod]
    public void A_renewal_counts_from_before_it_was_sent()
    {
        Renew(sent: 10, now: 12);
        Assert.AreEqual(At(13), lease.WritableUntil(Four));
        Assert.AreEqual(new LeaseEffect.FeedUntil(At(15)), done.Single());
    }

    [TestMethod]
    public void Silence_freezes_then_releases_then_resets()
    {
        Renew(10, 10);
        Tick(12.9);
        Assert.AreEqual(LeaseStanding.Held, lease.Standing);
        Tick(13);
        Assert.AreEqual(LeaseStanding.Frozen, lease.Standing);
        Assert.IsInstanceOfType<LeaseEffect.FreezeServices>(done[^1]);
        Tick(14);
        Assert.AreEqual(LeaseStanding.Demoting, lease.Standing);
        Assert.IsInstanceOfType<LeaseEffect.ReleaseAll>(done[^1]);
        Tick(15);
        Assert.IsInstanceOfType<LeaseEffect.ResetNode>(done[^1]);
    }

    [TestMethod]
    public void A_renewal_thaws_what_was_frozen()
    {
        Renew(10, 10);
        Tick(13);
        Renew(13.2, 13.3);
        Assert.AreEqual(LeaseStanding.Held, lease.Standing);
        Assert.IsInstanceOfType<LeaseEffect.ThawServices>(done[^1]);
    }

    [TestMethod]
    public void Once_demoting_no_renewal_turns_it_back()
    {
        Renew(10, 10);
        Tick(14);
        Renew(14, 14.1);
        Assert.AreEqual(LeaseStanding.Demoting, lease.Standing);
        Assert.AreEqual(new Instant(0), lease.WritableUntil(Four));
    }

    [TestMethod]
    public void A_node_that_let_go_in_time_lives()
    {
        Renew(10, 10);
        Tick(14);
        Take(new LeaseInput.AllReleased(), 14.5);
        Assert.AreEqual(LeaseStanding.Idle, lease.Standing);
        Assert.IsInstanceOfType<LeaseEffect.StandDown>(done[^1]);
        Tick(30);
        Assert.IsFalse(done.OfType<LeaseEffect.ResetNode>().Any());
    }

    [TestMethod]
    public void What_does_not_let_go_is_reset_with_its_reason()
    {
        Renew(10, 10);
        Tick(14);
        Take(new LeaseInput.ReleaseFailed("db does not stop"), 14.2);
        StringAssert.Contains(((LeaseEffect.ResetNode)done[^1]).Reason, "db does not stop");
    }

    [TestMethod]
    public void An_answer_from_before_a_long_sleep_is_worth_nothing()
    {
        Renew(sent: 10, now: 60);
        Assert.AreEqual(LeaseStanding.Idle, lease.Standing);
        Assert.IsEmpty(done);
        Renew(100, 100);
        Renew(sent: 100.5, now: 160);
        Assert.AreEqual(LeaseStanding.Demoting, lease.Standing);
    }

    [TestMethod]
    public void Answers_out_of_order_do_not_shorten_the_lease()
    {
        Renew(10, 10.1);
        Renew(sent: 9.5, now: 10.2);
        Assert.AreEqual(At(13), lease.WritableUntil(Four));
    }

    private static Instant At(double seconds) => new((long)(seconds * 1_000_000_000));

    private void Renew(double sent, double now) => Take(new LeaseInput.Renewed(At(sent)), now);

    private void Tick(double now) => Take(new LeaseInput.Ticked(), now);

    private void Take(LeaseInput input, double now)
    {
        (lease, var effects) = lease.Step(Four, input, At(now));
        done.AddRange(effects);
    }
}
