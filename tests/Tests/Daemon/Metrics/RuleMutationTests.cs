using System.Collections.Concurrent;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class RuleMutationTests
{
    [TestMethod]
    [Timeout(300_000)]
    public async Task The_rule_tests_see_every_mistake_in_the_rules()
    {
        Judge.Require("promtool", "prometheus");
        var mutants = RuleMutations.All().ToList();

        var survivors = await PassingAsync(mutants);

        Console.WriteLine($"{mutants.Count} mutants, {survivors.Count} survived");
        Assert.IsTrue(mutants.Count > 100, $"only {mutants.Count} mutants");
        Assert.IsEmpty(survivors, string.Join('\n', survivors));
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task Each_rule_without_a_mistake_passes_the_same_harness()
    {
        Judge.Require("promtool", "prometheus");
        var unharmed = RuleMutations.Unharmed().ToList();

        CollectionAssert.AreEquivalent(unharmed.ConvertAll(m => m.What), await PassingAsync(unharmed));
    }

    private static async Task<List<string>> PassingAsync(IEnumerable<RuleMutations.Mutant> mutants)
    {
        var passing = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 3 };
        await Parallel.ForEachAsync(mutants, options, async (mutant, _) =>
        {
            if (await PassesAsync(mutant.Rules, mutant.Alerts))
            {
                passing.Add(mutant.What);
            }
        });
        return [.. passing.Order(StringComparer.Ordinal)];
    }

    private static async Task<bool> PassesAsync(string rules, HashSet<string> alerts)
    {
        using var folder = new TemporaryFolder();
        folder.Write("nodeagent.rules.yml", rules);
        var files = new List<string>();
        foreach (var file in AlertRules.TestFiles)
        {
            if (RuleMutations.TestsFor(file, alerts) is { } tests)
            {
                folder.Write(file, tests);
                files.Add(file);
            }
        }

        var (code, _) = await Judge.RunAsync("promtool", "prometheus", folder.Path, string.Empty, ["test", "rules", .. files]);
        return code == 0;
    }
}
