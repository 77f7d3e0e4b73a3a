using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Plans;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Pools are planned for the cluster as it is, and made as planned: on a real one.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class PoolLayoutsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PoolOrder[] Orders = [new("quick", PoolIntent.Hot), new("archive", PoolIntent.Cold)];

    [TestMethod]
    public async Task Pools_are_made_as_planned_even_before_the_backend_has_one()
    {
        using var cluster = await CephCluster.StartAsync();
        await using var storage = CephLab.Open(cluster, pool: "quick");
        var layouts = storage.Ability<IPoolLayouts>()!;
        var plan = Ok(await layouts.PlanLayoutsAsync(Orders, None));
        Assert.AreEqual((3, 3), (plan.Nodes, plan.Disks));
        Assert.IsGreaterThan(8L << 30, plan.RawBytes);
        Assert.IsEmpty(plan.Blockers);

        Done(await layouts.ApplyLayoutsAsync(plan, None));
        var pools = await cluster.RunAsync("ceph", "osd", "pool", "ls", "detail");
        StringAssert.Contains(pools, "'quick' replicated size 3 min_size 2");
        StringAssert.Contains(await cluster.RunAsync("ceph", "osd", "crush", "rule", "dump", "quick"), "\"type\": \"host\"");
        await CephLab.MakeAsync(storage, CephLab.Unit("first"));

        Assert.AreEqual(FaultCode.PreconditionFailed, (await layouts.ApplyLayoutsAsync(plan, None)).Fault?.Code);
        var again = Ok(await layouts.PlanLayoutsAsync(Orders, None));
        Assert.HasCount(2, again.Blockers);
    }

    [TestMethod]
    public async Task What_is_not_the_plan_that_was_shown_is_not_made()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster);
        var layouts = storage.Ability<IPoolLayouts>()!;
        var plan = Ok(await layouts.PlanLayoutsAsync([new PoolOrder("never", PoolIntent.Hot)], None));
        Assert.AreEqual(FaultCode.PreconditionFailed, (await layouts.ApplyLayoutsAsync(plan with { Fingerprint = "other" }, None)).Fault?.Code);
        Assert.HasCount(1, Ok(await layouts.PlanLayoutsAsync([new PoolOrder("no good", PoolIntent.Hot)], None)).Blockers);
        Assert.HasCount(1, Ok(await layouts.PlanLayoutsAsync([new PoolOrder("hot", PoolIntent.Hot)], None)).Blockers);
        Assert.IsFalse((await cluster.RunAsync("ceph", "osd", "pool", "ls")).Contains("never", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task The_monitors_take_every_step_of_an_erasure_coded_pool()
    {
        using var cluster = await CephCluster.StartAsync();
        await using var storage = CephLab.Open(cluster);
        var plan = PoolPlanner.Plan(new PoolOrder("archive", PoolIntent.Cold), 5, 5, 5L << 40).Value;
        foreach (var step in plan.Steps)
        {
            var done = await storage.Gate.LookAsync("cannot", connection => connection.Command(step.ToJson(), step.Text), None);
            Assert.IsTrue(done.IsOk, $"{done.Fault}");
        }

        var pools = await cluster.RunAsync("ceph", "osd", "pool", "ls", "detail");
        StringAssert.Contains(pools, "'archive-data' erasure profile archive size 4 min_size 3");
        StringAssert.Contains(pools, "ec_overwrites");
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
