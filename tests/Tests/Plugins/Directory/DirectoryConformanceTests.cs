using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>Every check of the kit is a test of its own.</summary>
[TestClass]
public sealed class DirectoryConformanceTests
{
    public static IEnumerable<object[]> Ids => ConformanceKit.Checks.Select(check => new object[] { check.Id });

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public async Task Directory_proves(string id)
    {
        using var folder = new TempFolder();
        var report = await ConformanceKit.RunAsync(
            DirectoryLab.Subject(folder.Path), new ConformanceOptions { Only = [id] }, null, CancellationToken.None);
        var result = report.Results.Single();
        var expected = DirectoryLab.NotForIt.Contains(id) ? Verdict.Skipped : Verdict.Passed;
        Assert.AreEqual(expected, result.Verdict, $"{result.Sentence} {result.Detail}");
    }
}
