using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>librbd is only let into the process that it may end.</summary>
[TestClass]
public sealed class CephCategoryTests
{
    [TestMethod]
    public void Every_class_that_starts_a_real_cluster_runs_apart_from_all_others()
    {
        string[] starts = ["CephCluster." + "SharedAsync(", "CephCluster." + "StartAsync("];
        var wrong = Directory.EnumerateFiles(Path.Join(Repository.Root, "tests/Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && starts.Any(s => text.Contains(s, StringComparison.Ordinal))
                && !text.Contains("[TestCategory(CephCluster.Category)]", StringComparison.Ordinal))
            .Select(Path.GetFileName).ToList();
        Assert.IsEmpty(wrong, $"without [TestCategory(CephCluster.Category)]: {string.Join(", ", wrong)}");
    }
}
