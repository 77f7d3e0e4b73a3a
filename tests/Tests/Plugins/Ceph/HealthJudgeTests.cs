using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Health;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>The verdict and the matrix, on clusters as they can be.</summary>
[TestClass]
public sealed class HealthJudgeTests
{
    private static readonly PoolState Hot = new("hot", 3, 2, 1, IsErasure: false, IsFull: false, 100, 1000) { PerHost = 1 };
    private static readonly PoolState Cold = new("cold", 3, 2, 2, IsErasure: true, IsFull: false, 100, 1000) { PerHost = 1 };

    private static ClusterState Well => new(
        "pacific", "HEALTH_OK", new Dictionary<string, string>(), 3, ["m1", "m2", "m3"], true,
        [.. Enumerable.Range(0, 3).Select(i => new OsdState(i, $"node{i + 1}", true, true, false, 1000, 100))],
        new Dictionary<string, int> { ["active+clean"] = 24 }, [Hot, Cold], null, 3000, 300, 0.85, 0.95);

    [TestMethod]
    public void All_well_is_well() => Assert.AreEqual(HealthLevel.Ok, HealthJudge.Judge(Well, ["hot"]).Level);

    [TestMethod]
    public void A_lost_quorum_is_a_failure_whatever_the_status_says() =>
        Assert.AreEqual(HealthLevel.Failed, HealthJudge.Judge(Well with { Quorum = [] }, ["hot"]).Level);

    [TestMethod]
    public void Groups_that_are_not_active_are_a_failure_without_any_check()
    {
        var state = Well with { Groups = new Dictionary<string, int> { ["active+clean"] = 16, ["undersized+degraded+peered"] = 8 } };
        Assert.AreEqual(8, state.Inactive);
        Assert.AreEqual(HealthLevel.Failed, HealthJudge.Judge(state, ["hot"]).Level);
    }

    [TestMethod]
    public void A_disk_that_is_up_and_silent_is_a_failure()
    {
        var state = Well with { Osds = [.. Well.Osds.Select(o => o with { IsSilent = o.Id == 1 })] };
        var health = HealthJudge.Judge(state, ["hot"]);
        Assert.AreEqual(HealthLevel.Failed, health.Level);
        StringAssert.Contains(string.Join('\n', health.Remarks), "osd.1 on node2");
    }

    [TestMethod]
    [DataRow(2, "goes on writing without any redundancy")]
    [DataRow(3, "stops when any one node is away")]
    public void One_coding_chunk_is_a_permanent_risk_either_way(int minSize, string expected)
    {
        var health = HealthJudge.Judge(Well with { Pools = [Cold with { MinSize = minSize }] }, ["cold"]);
        Assert.AreEqual(HealthLevel.Ok, health.Level);
        StringAssert.Contains(string.Join('\n', health.Remarks), expected);
    }

    [TestMethod]
    public void A_reserve_that_is_used_up_is_told()
    {
        var state = Well with { Osds = [.. Well.Osds.Select(o => o with { UsedBytes = 700 })] };
        Assert.IsFalse(Reserve.Of(state)!.IsKept);
        Assert.AreEqual(HealthLevel.Degraded, HealthJudge.Judge(state, ["hot"]).Level);
    }

    [TestMethod]
    public void Recovery_tells_what_is_left_and_how_long()
    {
        Assert.AreEqual(TimeSpan.FromSeconds(100), new RecoveryState(1000, 10, 0).Remaining);
        Assert.IsNull(new RecoveryState(1000, 0, 0).Remaining);
    }

    [TestMethod]
    [DataRow("one disk", Answer.Yes, Answer.Yes)]
    [DataRow("one node", Answer.Yes, Answer.Yes)]
    [DataRow("two nodes", Answer.No, Answer.No)]
    [DataRow("one monitor", Answer.Yes, Answer.Yes)]
    [DataRow("two monitors", Answer.Yes, Answer.Unknown)]
    [DataRow("a full disk", Answer.Yes, Answer.No)]
    public void The_matrix_says_what_each_failure_does(string name, Answer data, Answer writes)
    {
        var found = FailureMatrix.Of(Well).Single(c => c.Name == name);
        Assert.AreEqual((data, writes), (found.Data, found.Writes), found.Impact);
        Assert.IsFalse(string.IsNullOrWhiteSpace(found.Impact) || string.IsNullOrWhiteSpace(found.ByItself) || string.IsNullOrWhiteSpace(found.Operator));
    }

    [TestMethod]
    public void With_a_node_away_the_next_one_costs_data()
    {
        var state = Well with { Osds = [.. Well.Osds.Select(o => o with { IsUp = o.Id != 0 })] };
        Assert.AreEqual(Answer.No, FailureMatrix.Of(state).Single(c => c.Name == "one node").Data);
    }

    [TestMethod]
    [DataRow(1, Answer.Yes, Answer.Yes, "Goes on with no redundancy left: cold. Goes on: hot.", "")]
    [DataRow(2, Answer.No, Answer.No, "Loses data: cold. Stops until repaired: hot.", "it stops while one node is away")]
    [DataRow(3, Answer.No, Answer.No, "Loses data: hot, cold.", "the loss of one node may lose data")]
    [DataRow(null, Answer.Unknown, Answer.Unknown, "Nobody knows, for how its CRUSH rule spreads it over hosts is not known: hot, cold.", "")]
    public void What_goes_with_a_node_is_what_the_rule_puts_on_it(int? perHost, Answer data, Answer writes, string impact, string risk)
    {
        var state = Well with { Pools = [Hot with { PerHost = perHost }, Cold with { PerHost = perHost, MinSize = 2 }] };
        var (node, disk) = (FailureMatrix.Of(state).Single(c => c.Name == "one node"), FailureMatrix.Of(state).Single(c => c.Name == "one disk"));
        Assert.AreEqual((data, writes, impact), (node.Data, node.Writes, node.Impact));
        Assert.AreEqual((Answer.Yes, Answer.Yes), (disk.Data, disk.Writes), "a disk has one of each");
        var told = string.Join('|', HealthJudge.Judge(state, ["hot"]).Remarks);
        Assert.AreEqual(risk.Length > 0, told.Contains("by its CRUSH rule", StringComparison.Ordinal), told);
        Assert.Contains(risk, told);
    }
}
