using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Stores;

namespace NodeAgent.Tests.Daemon.Stores;

[TestClass]
public sealed class StoreMajorityTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    private static readonly Dictionary<NodeId, IReadOnlyList<IPAddress>> Nodes = new()
    {
        [N1] = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")],
        [N2] = [IPAddress.Parse("10.0.0.2")],
        [N3] = [IPAddress.Parse("10.0.0.3")],
    };

    [TestMethod]
    public void A_store_of_three_bears_the_loss_of_any_node_while_all_members_answer()
    {
        var store = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("n3", "10.0.0.3:2379"));
        Assert.IsNull(store.Without(N1));
        Assert.IsNull(store.Without(N3));
        Assert.IsEmpty(FailoverProblems.OfStore(store));
    }

    [TestMethod]
    public void With_one_of_three_silent_only_its_own_node_may_be_lost()
    {
        var store = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("n3", "10.0.0.3:2379", "no answer within 1 s"));
        Assert.AreEqual("of its 3 members 1 would be left, and 2 are needed (not counted on now: n3)", store.Without(N1));
        Assert.IsNotNull(store.Without(N2));
        Assert.IsNull(store.Without(N3), "nothing more goes with it");
        var problem = FailoverProblems.OfStore(store).Single();
        StringAssert.Contains(problem.Text, "member n3 of the cluster store is not counted on: no answer within 1 s");
        StringAssert.Contains(problem.NextStep, "nodeagent cluster store");
    }

    [TestMethod]
    public void Who_answers_and_knows_no_leader_does_not_count()
    {
        var store = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("n3", "10.0.0.3:2379", leader: Answer.No));
        Assert.IsNotNull(store.Without(N1));
        Assert.AreEqual("it knows no leader", store.Silent.Single().Problem);
    }

    [TestMethod]
    public void A_learner_has_no_vote()
    {
        var store = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("n3", "10.0.0.3:2379", learner: true));
        Assert.AreEqual("of its 2 members 1 would be left, and 2 are needed", store.Without(N1));
        Assert.IsNull(store.Without(N3));
    }

    [TestMethod]
    public void A_witness_belongs_to_no_node_and_counts_whoever_is_lost()
    {
        var store = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("witness", "10.0.0.9:2379"));
        Assert.IsNull(store.Without(N1));
        var alone = Seen(Member("n1", "10.0.0.1:2379"), Member("n2", "10.0.0.2:2379"), Member("witness", "10.0.0.9:2379", "refused"));
        Assert.IsNotNull(alone.Without(N1));
        Assert.IsNull(alone.Without(N3), "no member is on it: what is, stays");
    }

    [TestMethod]
    public void A_member_is_told_by_its_address_before_its_name()
    {
        var store = Seen(Member("n2", "10.0.0.1:2379"), Member("etcd-b", "[fd00::1]:2379"), Member("n3", "store.example:2379"));
        CollectionAssert.AreEqual(new NodeId?[] { N1, N1, N3 }, store.Voters.Select(voter => voter.Node).ToArray());
    }

    [TestMethod]
    public void Without_names_a_member_is_told_by_where_it_is_reached()
    {
        var store = Seen(Member("", "10.0.0.1:2379"), Member("", "10.0.0.2:2379"), Member("", "10.0.0.3:2379", "refused"));
        StringAssert.Contains(store.Without(N1)!, "10.0.0.3:2379");
    }

    private static StoreMajority Seen(params StoreMemberLine[] members) => StoreMajority.Of(new StoreReport("etcd", Answer.Yes, members, null), Nodes);

    private static StoreMemberLine Member(string name, string endpoint, string? problem = null, Answer leader = Answer.Yes, bool learner = false) =>
        new(name, endpoint, problem is null ? leader : Answer.Unknown, Answer.No, learner, 1, 1, "3.5", problem);
}
