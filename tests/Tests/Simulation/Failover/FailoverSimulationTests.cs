using NodeAgent.Rehearsal.Plans;
using NodeAgent.Simulation.Failover;

namespace NodeAgent.Tests.Simulation.Failover;

/// <summary>Whole clusters under faults: the decision core keeps its promises, and what judges it can tell when it does not.</summary>
[TestClass]
public sealed class FailoverSimulationTests
{
    private const int Seeds = 30;
    private const int MutantSeeds = 250;

    public static IEnumerable<object[]> Wrong => Mutants.All.Select(mutant => new object[] { mutant.Name });

    [TestMethod]
    public void No_seed_breaks_a_promise()
    {
        Parallel.For(1, Seeds + 1, seed =>
        {
            var report = FailoverRun.Of(SwarmMaker.Make(seed));
            Assert.IsEmpty(report.Violations, $"./dev sim --world failover --seed {seed}: {string.Join("; ", report.Violations.Select(violation => violation.What))}");
        });
    }

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public void A_wrong_core_is_caught(string name)
    {
        var mutant = Mutants.All.Single(candidate => candidate.Name == name);
        Assert.IsTrue(
            Enumerable.Range(1, 40).Select(seed => SwarmMaker.Make(seed)).Concat(SmallScope.LateAnswers()).Concat(SmallScope.Twins([HappeningKind.Slow])).Concat(SmallScope.UnwatchedTwins([HappeningKind.Freeze])).Concat(SmallScope.Restores()).Concat(Enumerable.Range(41, MutantSeeds).Select(seed => SwarmMaker.Make(seed)))
                .AsParallel().WithMergeOptions(ParallelMergeOptions.NotBuffered).Any(plan => !FailoverRun.Of(plan, mutant).Violations.IsEmpty),
            $"nothing notices that the core {name}");
    }

    [TestMethod]
    public void The_same_plan_gives_the_same_run()
    {
        var plan = SwarmMaker.Make(7);
        Assert.AreEqual(FailoverRun.Of(plan).Trace, FailoverRun.Of(plan).Trace);
        Assert.AreNotEqual(FailoverRun.Of(plan).Trace, FailoverRun.Of(plan with { Seed = 8 }).Trace);
    }

    [TestMethod]
    public void A_plan_that_breaks_a_promise_shrinks_to_what_is_needed()
    {
        var mutant = Mutants.All.Single(candidate => candidate.Name == "feeds the watchdog beyond the lease");
        var (plan, report) = Enumerable.Range(1, MutantSeeds).Select(seed => SwarmMaker.Make(seed))
            .Select(plan => (plan, FailoverRun.Of(plan, mutant))).First(run => !run.Item2.Violations.IsEmpty);
        var small = FailoverRun.Shrink(plan, report.Violations[0], mutant);
        Assert.IsLessThanOrEqualTo(3, small.Happenings.Length, string.Join("; ", small.Happenings));
        Assert.IsNotEmpty(FailoverRun.Of(small, mutant).Violations);
    }
}
