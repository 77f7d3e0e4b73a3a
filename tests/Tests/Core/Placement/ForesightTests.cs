using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Placement;

[TestClass]
public sealed class ForesightTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");

    private static readonly ServiceRecord Service = new(new ServicePolicy("db", [N1, N2]) { HasCopies = false })
    {
        Owner = new Tenure(N1, 7, "boot", new Epoch(1), new Proof(ProofKind.FirstWriter, "")), Epoch = new Epoch(1), Phase = ServicePhase.Running,
    };

    [TestMethod]
    public void A_survivor_takes_it_by_itself_after_an_attested_watchdog()
    {
        var prospect = Seen().IfDead(View(attested: true), Service)!;
        Assert.IsTrue(prospect.IsAutomatic, prospect.Text);
        Assert.AreEqual(N2, prospect.Next);
        Assert.AreEqual("n2 in about 10 s, nothing is lost", prospect.Text);
    }

    [TestMethod]
    public void Nobody_takes_it_by_himself_while_the_store_would_have_no_majority_without_its_node()
    {
        var prospect = Seen(stuck: "of its 3 members 1 would be left").IfDead(View(attested: true), Service)!;
        Assert.IsFalse(prospect.IsAutomatic, "it would wait until the store is back");
        Assert.AreEqual(N2, prospect.Next);
        StringAssert.StartsWith(prospect.Text, "waits until the cluster store has a majority: of its 3 members 1 would be left; then n2, ");
    }

    [TestMethod]
    public void Without_proof_an_operator_is_needed_whatever_the_store_does()
    {
        var prospect = Seen().IfDead(View(attested: false), Service)!;
        Assert.IsFalse(prospect.IsAutomatic);
        StringAssert.StartsWith(prospect.Text, "waits for 'nodeagent confirm-dead n1', then n2");
        var stuck = Seen(stuck: "no majority").IfDead(View(attested: false), Service)!;
        StringAssert.EndsWith(stuck.Text, "then waits for 'nodeagent confirm-dead n1', then n2, nothing is lost");
    }

    [TestMethod]
    public void A_node_whose_power_can_be_cut_needs_no_operator()
    {
        var prospect = Seen(canFence: true).IfDead(View(attested: false), Service)!;
        Assert.IsTrue(prospect.IsAutomatic);
        StringAssert.StartsWith(prospect.Text, "n2 after n1 is switched off");
    }

    [TestMethod]
    public void What_is_lost_is_counted_until_the_lease_has_ended_and_from_before_the_last_look()
    {
        // S = 4 s: a lease of 10 s; looked at every 10 s, and told within 3 s; one hundredth for clocks.
        var prospect = Seen().IfDead(View(attested: true, Copy(60)), Copied)!;
        Assert.IsTrue(prospect.IsAutomatic, prospect.Text);
        Assert.AreEqual("n2 in about 10 s, at most 83.2 s of writes are lost", prospect.Text);
        Assert.AreEqual((83.23, TimeSpan.FromSeconds(10)), (Math.Round(prospect.Loss.TotalSeconds, 2), prospect.Within));
    }

    [TestMethod]
    public void A_copy_that_would_be_too_old_by_the_end_of_the_lease_is_no_ground_for_a_takeover_and_it_is_said_why()
    {
        var prospect = Seen().IfDead(View(attested: true, Copy(100)), Copied)!;
        Assert.IsFalse(prospect.IsAutomatic);
        Assert.IsNull(prospect.Next);
        Assert.AreEqual(
            "waits: n2: more than the allowed 120 s of writes would be lost; by then a copy may be 23.2 s older than when it was looked at: n1 may write until its lease of 10 s has ended; then: nodeagent failover db --accept-loss",
            prospect.Text);
        StringAssert.Contains(Seen(canFence: true).IfDead(View(attested: true, Copy(100)), Copied)!.Text, "has ended, if it is not switched off before;");
        Assert.AreEqual("waits: n2: more than the allowed 120 s of writes would be lost", Seen().IfDead(View(attested: true, Copy(121)), Copied)!.Text);
    }

    [TestMethod]
    public void A_long_lease_counts_in_full()
    {
        // What watchdog-mux takes: 72 s.
        var prospect = Seen(device: 72).IfDead(View(attested: true, Copy(50)), Copied)!;
        Assert.IsFalse(prospect.IsAutomatic, prospect.Text);
        StringAssert.Contains(prospect.Text, "until its lease of 78 s has ended");
    }

    [TestMethod]
    public void Where_only_a_person_or_the_power_ends_the_writer_the_loss_holds_for_a_while_only()
    {
        var view = View(attested: false, Copy(60));
        Assert.AreEqual("n2 after n1 is switched off, at most 83.2 s of writes are lost if that is within 10 s", Seen(canFence: true).IfDead(view, Copied)!.Text);
        Assert.AreEqual(
            "waits for 'nodeagent confirm-dead n1', then n2, at most 83.2 s of writes are lost if that is within 10 s; if by then it is more than the allowed 120 s: nodeagent failover db --accept-loss",
            Seen().IfDead(view, Copied)!.Text);
        Assert.IsNull(Seen(canFence: true).IfDead(view, Copied)!.Within);
    }

    [TestMethod]
    public void What_storage_keeps_in_sync_by_itself_does_not_age() =>
        Assert.AreEqual("n2 in about 10 s, nothing is lost", Seen().IfDead(View(attested: true, Offer.InSync(new Epoch(1))), Copied)!.Text);

    [TestMethod]
    public void What_is_lost_already_is_told_as_it_is()
    {
        var view = View(attested: true, Copy(110));
        Assert.AreEqual("n2, at most 110 s of writes are lost", Seen().IfDead(view with { Live = view.Live.Remove("n1") }, Copied)!.Text);
    }

    private static ServiceRecord Copied { get; } = Service with { Policy = new ServicePolicy("db", [N1, N2]) { LossLimit = TimeSpan.FromMinutes(2) }, Last = N1, LastSince = new Epoch(1) };

    private static Offer Copy(double age) => new(new Epoch(1), 9, TimeSpan.FromSeconds(age));

    private static Foresight Seen(string? stuck = null, bool canFence = false, double device = 4) => new(
        Timings.Compute(new TimingChoice(TimingChoice.DefaultStall, TimeSpan.FromSeconds(device))).Value, CopyAge.LookEvery, node => canFence && node == N1, node => node == N1 ? stuck : null);

    private static ClusterView View(bool attested, Offer? copy = null)
    {
        var record = ClusterView.Empty.Record.With(Service);
        foreach (var node in new[] { N1, N2 })
        {
            record = record.With(new MemberRecord(node, "boot", 7) { IsAttested = attested });
        }

        return ClusterView.Empty with
        {
            Record = record, Live = ClusterView.Empty.Live.Add("n1", 7).Add("n2", 7), Present = ClusterView.Empty.Present.Add("n1").Add("n2"),
            Offers = ClusterView.Empty.Offers.Add("n2", copy is null ? NodeOffers.None : NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", copy) }),
        };
    }
}
