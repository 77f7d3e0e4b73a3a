using NodeAgent.Rehearsal.Plans;
using NodeAgent.Simulation.Failover;

namespace NodeAgent.Tests.Simulation.Failover;

/// <summary>
/// Plans that once found a mistake, made small. They run for ever: the real core keeps its promises in each, and the wrong
/// core that it caught is still caught. UPDATE_CORPUS=1 looks for a plan for every wrong core that has none.
/// </summary>
[TestClass]
public sealed class CorpusTests
{
    private const int Seeds = 290;

    public static IEnumerable<object[]> Files => CorpusFiles.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> Wrong => Mutants.All.Select(mutant => new object[] { mutant.Name });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void The_core_keeps_its_promises_where_another_did_not(string name)
    {
        var report = FailoverRun.Of(CorpusFiles.Read(name));
        Assert.IsEmpty(report.Violations, string.Join("; ", report.Violations.Select(violation => violation.What)));
    }

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public void Every_wrong_core_has_a_plan_that_catches_it(string name)
    {
        var mutant = Mutants.All.Single(candidate => candidate.Name == name);
        if (Environment.GetEnvironmentVariable("UPDATE_CORPUS") == "1" && !CorpusFiles.Names.Any(file => CorpusFiles.Mutant(file) == name && Catches(CorpusFiles.Read(file), mutant)))
        {
            CorpusFiles.Write(name, Find(mutant));
            return;
        }

        var files = CorpusFiles.Names.Where(file => CorpusFiles.Mutant(file) == name).ToList();
        Assert.IsNotEmpty(files, $"no plan in tests/Simulation/Corpus catches a core that {name}");
        foreach (var file in files)
        {
            Assert.IsTrue(Catches(CorpusFiles.Read(file), mutant), $"{file} does not catch it any more");
        }
    }

    private static bool Catches(RehearsalPlan plan, Mutant mutant) => !FailoverRun.Of(plan, mutant).Violations.IsEmpty;

    private static RehearsalPlan Find(Mutant mutant)
    {
        var plan = Enumerable.Range(1, 40).Select(seed => SwarmMaker.Make(seed)).Concat(SmallScope.LateAnswers()).Concat(SmallScope.Twins([HappeningKind.Slow])).Concat(SmallScope.UnwatchedTwins([HappeningKind.Freeze])).Concat(SmallScope.Restores()).Concat(Enumerable.Range(41, Seeds).Select(seed => SwarmMaker.Make(seed)))
            .Select(CorpusFiles.Rounded).First(plan => Catches(plan, mutant));
        plan = FailoverRun.Shrink(plan, FailoverRun.Of(plan, mutant).Violations[0], mutant);
        foreach (var service in plan.Services)
        {
            var fewer = plan with { Services = plan.Services.Remove(service), Happenings = plan.Happenings.RemoveAll(what => what.Service == service.Policy.Name) };
            plan = fewer.Services.All(other => !other.Policy.With.Concat(other.Policy.Apart).Contains(service.Policy.Name)) && !fewer.Services.IsEmpty && Catches(fewer, mutant) ? fewer : plan;
        }

        return plan;
    }
}
