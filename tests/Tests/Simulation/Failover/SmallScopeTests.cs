using NodeAgent.Rehearsal.Plans;
using NodeAgent.Simulation.Failover;

namespace NodeAgent.Tests.Simulation.Failover;

/// <summary>Three nodes, one service, any two faults at any of some moments: enumerated, not sampled.</summary>
[TestClass]
public sealed class SmallScopeTests
{
    private static readonly HappeningKind[] Faults =
    [
        HappeningKind.PowerOff, HappeningKind.Cut, HappeningKind.Freeze, HappeningKind.Stall, HappeningKind.RestartAgent, HappeningKind.Reboot,
        HappeningKind.StoreLoss, HappeningKind.Move, HappeningKind.LoseWatchdog,
    ];

    [TestMethod]
    public void No_two_faults_break_a_promise()
    {
        var plans = SmallScope.Plans(Faults).Concat(SmallScope.LateAnswers()).Concat(SmallScope.Twins(Faults)).Concat(SmallScope.UnwatchedTwins(Faults)).Concat(SmallScope.Restores()).ToList();
        Assert.IsGreaterThan(1000, plans.Count);
        Parallel.ForEach(plans, plan =>
        {
            var report = FailoverRun.Of(plan);
            Assert.IsEmpty(report.Violations, $"{string.Join("; ", plan.Happenings)}: {string.Join("; ", report.Violations.Select(violation => violation.What))}");
        });
    }
}
