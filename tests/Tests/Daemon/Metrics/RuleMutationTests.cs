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
        var survivors = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 3 };

        await Parallel.ForEachAsync(mutants, options, async (mutant, _) =>
        {
            if (await PassesAsync(mutant.Rules, mutant.Alerts))
            {
                survivors.Add(mutant.What);
            }
        });

        Console.WriteLine($"{mutants.Count} mutants, {survivors.Count} survived");
        Assert.IsTrue(mutants.Count > 100, $"only {mutants.Count} mutants");
        Assert.IsEmpty(survivors, string.Join('\n', survivors.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task The_rules_as_shipped_pass_the_same_harness()
    {
        var alerts = AlertRules.All().Select(r => r.Text("alert")).OfType<string>().ToHashSet(StringComparer.Ordinal);

        Assert.IsTrue(await PassesAsync(AlertRules.Save(AlertRules.Load("nodeagent.rules.yml")), alerts));
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
