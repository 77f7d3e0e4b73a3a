using System.Net;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
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
        var store = Seen(Three, Answers(1), Answers(2), Answers(3));
        Assert.IsNull(store.Without(N1));
        Assert.IsNull(store.Without(N3));
        Assert.IsEmpty(FailoverProblems.OfStore(store));
    }

    [TestMethod]
    public void With_one_of_three_silent_only_its_own_node_may_be_lost()
    {
        var store = Seen(Three, Answers(1), Answers(2), Silent("10.0.0.3:2379"));
        Assert.AreEqual("of its 3 members 1 would be left, and 2 are needed (not counted on now: n3)", store.Without(N1));
        Assert.IsNotNull(store.Without(N2));
        Assert.IsNull(store.Without(N3), "nothing more goes with it");
        var problem = FailoverProblems.OfStore(store).Single();
        StringAssert.Contains(problem.Text, "member n3 of the cluster store is not counted on: it did not answer in time");
        StringAssert.Contains(problem.NextStep, "nodeagent cluster store");
    }

    [TestMethod]
    public void Without_a_majority_the_loss_of_nobody_is_borne() =>
        Assert.AreEqual("of its 3 members 1 answer, and 2 are needed (not counted on: n2, n3)", Seen(Three, Answers(1), Silent("10.0.0.2:2379"), Silent("10.0.0.3:2379")).Without(N3));

    [TestMethod]
    public void Who_answers_and_knows_no_leader_does_not_count()
    {
        var store = Seen(Three, Answers(1), Answers(2), Answers(3) with { HasLeader = Answer.No });
        Assert.IsNotNull(store.Without(N1));
        Assert.AreEqual("it knows no leader", store.Silent.Single().Problem);
    }

    [TestMethod]
    public void A_learner_has_no_vote()
    {
        var store = Seen([Member(1), Member(2), Member(3) with { IsLearner = true }], Answers(1), Answers(2), Answers(3));
        Assert.AreEqual("of its 2 members 1 would be left, and 2 are needed", store.Without(N1));
        Assert.IsNull(store.Without(N3));
    }

    [TestMethod]
    public void A_witness_belongs_to_no_node_and_counts_whoever_is_lost()
    {
        EtcdMember[] members = [Member(1), Member(2), new(9, "witness", ["https://10.0.0.9:2380"], ["https://10.0.0.9:2379"], IsLearner: false)];
        Assert.IsNull(Seen(members, Answers(1), Answers(2), Answers(9)).Without(N1));
        var alone = Seen(members, Answers(1), Answers(2), Silent("10.0.0.9:2379"));
        Assert.IsNotNull(alone.Without(N1));
        Assert.IsNull(alone.Without(N3), "no member is on it: what is, stays");
    }

    [TestMethod]
    public void A_member_is_who_answers_as_it_under_whatever_addresses()
    {
        var store = Seen(Three, Answers(1), Answers(1, "node1.example:2379"), Answers(1, "[fd00::1]:2379"), Answers(2, "node2.example:2379"), Silent("10.0.0.2:2379"), Answers(3));
        Assert.HasCount(3, store.Voters);
        Assert.IsEmpty(store.Silent);
        var hollow = Seen(Three, Answers(1), Answers(1, "node1.example:2379"), Answers(2), Silent("10.0.0.3:2379"));
        Assert.IsNotNull(hollow.Without(N2), "one that answers twice counts once");
    }

    [TestMethod]
    public void An_address_that_the_configuration_still_names_is_no_member() =>
        Assert.IsNull(Seen([Member(1), Member(2), Member(4)], Answers(1), Answers(2), Answers(4), Silent("10.0.0.3:2379")).Without(N1));

    [TestMethod]
    public void One_that_was_added_and_never_started_is_named_by_where_it_will_be()
    {
        var store = Seen([Member(1), Member(2), new(3, "", ["https://10.0.0.3:2380"], [], IsLearner: false)], Answers(1), Answers(2));
        Assert.AreEqual(("10.0.0.3:2380", N3, "it was added and has not started yet"), (store.Voters[2].Name, store.Voters[2].Node, store.Voters[2].Problem));
    }

    [TestMethod]
    public void A_member_is_placed_by_its_addresses_before_its_name()
    {
        EtcdMember[] members =
        [
            new(1, "n2", ["https://10.0.0.1:2380"], [], IsLearner: false), new(2, "etcd-b", ["https://[fd00::1]:2380"], [], IsLearner: false), new(3, "n3", ["https://store.example:2380"], [], IsLearner: false),
        ];
        CollectionAssert.AreEqual(new NodeId?[] { N1, N1, N3 }, Seen(members).Voters.Select(voter => voter.Node).ToArray());
    }

    [TestMethod]
    public void Before_the_store_ever_said_who_belongs_to_it_each_address_counts_as_one()
    {
        var store = Seen([], Answers(1), Answers(2), Silent("10.0.0.3:2379"));
        StringAssert.EndsWith(store.Without(N1)!, "(not counted on now: 10.0.0.3:2379)");
        Assert.IsNull(store.Without(N3));
    }

    private static EtcdMember[] Three => [Member(1), Member(2), Member(3)];

    private static StoreMajority Seen(IReadOnlyList<EtcdMember> members, params MemberHealth[] answers) => StoreMajority.Of(members, answers, Nodes);

    private static EtcdMember Member(ulong number) => new(number, $"n{number}", [$"https://10.0.0.{number}:2380"], [$"https://10.0.0.{number}:2379"], IsLearner: false);

    private static MemberHealth Answers(ulong number, string? at = null) => new(at ?? $"10.0.0.{number}:2379", Answer.Yes, Answer.No, 1, "3.5", null) { Id = number };

    private static MemberHealth Silent(string at) => new(at, Answer.Unknown, Answer.Unknown, 0, "", new Fault(FaultCode.TimedOut, "cannot ask it", "it did not answer in time", "Look at it.", Retry.Later));
}
