using NodeAgent.Core.Nodes;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Simulation.Failover;

namespace NodeAgent.Tests.Simulation.Failover;

/// <summary>What the simulation never reaches it cannot judge.</summary>
[TestClass]
public sealed class CoverageTests
{
    private const int Most = 600;

    // Only a fence device that reads back "off" and lies leads there: what is left then is tried in NodeMachineTests.
    // And a stay that ends while its node owns something: that was reached only by a question to join that came too late.
    // And a fencing of a node that is safe by other means first: mostly it boots, and joins.
    private static readonly Mark[] Beyond = [Mark.ResetsDeclaredDead, Mark.StayEndsOwning, Mark.AbandonsFence];

    [TestMethod]
    public void Every_branch_of_the_core_is_reached()
    {
        var coverage = new Coverage();
        foreach (var part in SmallScope.Plans([HappeningKind.RestartAgent, HappeningKind.Move]).Take(32).Append(SmallScope.LongRun()).Concat(SmallScope.Twins([HappeningKind.Slow])).Concat(Enumerable.Range(1, Most).Select(seed => SwarmMaker.Make(seed))).Chunk(32))
        {
            Parallel.ForEach(part, coverage.Run);
            if (!coverage.Missing.Except(Beyond).Any())
            {
                return;
            }
        }

        Assert.Fail($"neither small scope nor {Most} seeds reach {string.Join(", ", coverage.Missing.Except(Beyond))}");
    }
}
