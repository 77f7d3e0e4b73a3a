using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Every check of the kit is a test of its own, on a real cluster.</summary>
[TestClass]
public sealed class CephConformanceTests
{
    public static IEnumerable<object[]> Ids => ConformanceKit.Checks.Select(check => new object[] { check.Id });

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public async Task Ceph_proves(string id)
    {
        var cluster = await CephCluster.SharedAsync();
        using var folder = new TempFolder();
        var report = await ConformanceKit.RunAsync(
            CephLab.Subject(folder.Path, cluster), new ConformanceOptions { Only = [id], Seeds = 5 }, null, CancellationToken.None);
        var result = report.Results.Single();
        Assert.AreEqual(Verdict.Passed, result.Verdict, $"{result.Sentence} {result.Detail}");
    }
}
