using NodeAgent.Contract;
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
        StringAssert.StartsWith(prospect.Text, "n2, ");
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
        var prospect = new Foresight(node => node == N1, _ => null).IfDead(View(attested: false), Service)!;
        Assert.IsTrue(prospect.IsAutomatic);
        StringAssert.StartsWith(prospect.Text, "n2 after n1 is switched off");
    }

    private static Foresight Seen(string? stuck = null) => new(_ => false, node => node == N1 ? stuck : null);

    private static ClusterView View(bool attested)
    {
        var record = ClusterView.Empty.Record.With(Service);
        foreach (var node in new[] { N1, N2 })
        {
            record = record.With(new MemberRecord(node, "boot", 7) { IsAttested = attested });
        }

        return ClusterView.Empty with
        {
            Record = record, Live = ClusterView.Empty.Live.Add("n1", 7).Add("n2", 7), Present = ClusterView.Empty.Present.Add("n1").Add("n2"),
            Offers = ClusterView.Empty.Offers.Add("n2", NodeOffers.None),
        };
    }
}
