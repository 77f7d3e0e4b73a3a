using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Every check of the kit is a test of its own, on a real cluster.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class CephConformanceTests
{
    // It runs no programs and sends no streams; a rollback leaves newer snapshots where they are.
    private static readonly string[] NotForIt =
    [
        "observe_reports_unknown_not_absent_on_timeout", "garbage_output_is_unparseable_not_empty", "cancel_returns_in_budget",
        "commands_have_deadlines", "cut_create_is_repaired_by_asking_again", "rollback_over_hold_refused",
    ];

    public static IEnumerable<object[]> Ids => ConformanceKit.Checks
        .Where(check => !check.Needs.HasFlag(Capabilities.ReplicationStreams)).Select(check => new object[] { check.Id });

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public async Task Ceph_proves(string id)
    {
        var cluster = await CephCluster.SharedAsync();
        using var folder = new TempFolder();
        var report = await ConformanceKit.RunAsync(
            CephLab.Subject(folder.Path, cluster), new ConformanceOptions { Only = [id], Seeds = 5 }, null, CancellationToken.None);
        var result = report.Results.Single();
        Assert.AreEqual(NotForIt.Contains(id) ? Verdict.Skipped : Verdict.Passed, result.Verdict, $"{result.Sentence} {result.Detail}");
    }
}
