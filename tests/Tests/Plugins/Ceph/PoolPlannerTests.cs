using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Plans;

namespace NodeAgent.Tests.Plugins.CephBackend;

[TestClass]
public sealed class PoolPlannerTests
{
    private const long Terabyte = 1L << 40;

    [TestMethod]
    public void Three_nodes_get_three_copies_for_cold_too_and_are_told_why()
    {
        var plan = PoolPlanner.Plan(new PoolOrder("archive", PoolIntent.Cold), 3, 6, 6 * Terabyte).Value;
        Assert.AreEqual((false, 3, 2), (plan.IsErasure, plan.Size, plan.MinSize));
        Assert.IsTrue(plan.Warnings.Any(w => w.Contains("k=2, m=1", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(5, 2)]
    [DataRow(6, 3)]
    [DataRow(9, 4)]
    public void More_nodes_get_two_coding_chunks_and_keep_one_to_spare(int nodes, int data)
    {
        var plan = PoolPlanner.Plan(new PoolOrder("archive", PoolIntent.Cold), nodes, nodes, nodes * Terabyte).Value;
        Assert.AreEqual((true, data, data + 2, data + 1), (plan.IsErasure, plan.DataChunks, plan.Size, plan.MinSize));
        Assert.IsLessThan(nodes, plan.Size);
        Assert.IsTrue(plan.Commands.Any(c => c.Contains("min_size " + plan.MinSize, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Room_is_counted_with_one_node_lost()
    {
        var plan = PoolPlanner.Plan(new PoolOrder("quick", PoolIntent.Hot), 3, 3, 3 * Terabyte).Value;
        Assert.AreEqual((long)(2 * Terabyte * 0.85) / 3, plan.UsableBytes);
    }

    [TestMethod]
    public void Two_nodes_are_refused() => Assert.AreEqual(FaultCode.PreconditionFailed, PoolPlanner.Plan(new PoolOrder("quick", PoolIntent.Hot), 2, 2, Terabyte).Fault?.Code);
}
