using System.Text.Json;
using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;
using NodeAgent.Tests.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Conformance;

[TestClass]
public sealed class ConformanceReportTests
{
    private static readonly ConformanceReport Report = new("toy", Capabilities.Volumes,
    [
        new("one", "One.", Capabilities.None, Verdict.Passed, "", TimeSpan.FromMilliseconds(3)),
        new("second", "Two.", Capabilities.Volumes, Verdict.Failed, "it \"broke\"", TimeSpan.FromMilliseconds(40)),
        new("third", "Three.", Capabilities.Roles, Verdict.Skipped, "needs Roles", TimeSpan.Zero),
    ]);

    [TestMethod]
    public void Text_has_a_line_a_check_and_a_summary()
    {
        var lines = Report.ToText().TrimEnd().Split('\n');
        Assert.HasCount(4, lines);
        Assert.Contains("FAILED  second", lines[1]);
        Assert.Contains("it \"broke\"", lines[1]);
        Assert.AreEqual("toy: 1 passed, 1 failed, 1 skipped", lines[3]);
    }

    [TestMethod]
    public void Json_can_be_read_back()
    {
        using var json = JsonDocument.Parse(Report.ToJson());
        Assert.IsFalse(json.RootElement.GetProperty("passed").GetBoolean());
        var checks = json.RootElement.GetProperty("checks");
        Assert.AreEqual(3, checks.GetArrayLength());
        Assert.AreEqual("it \"broke\"", checks[1].GetProperty("detail").GetString());
        Assert.AreEqual("skipped", checks[2].GetProperty("verdict").GetString());
    }

    [TestMethod]
    public void Every_check_has_an_id_of_its_own_and_a_sentence()
    {
        var checks = ConformanceKit.Checks;
        Assert.AreEqual(checks.Count, checks.Select(c => c.Id).Distinct().Count());
        Assert.IsTrue(checks.All(c => c.Sentence.EndsWith('.')));
        Assert.IsGreaterThanOrEqualTo(25, checks.Count);
    }

    [TestMethod]
    public async Task A_backend_that_claims_little_is_asked_little()
    {
        using var folder = new TempFolder();
        var right = DirectoryLab.Subject(folder.Path);
        var shy = right with
        {
            OpenAsync = async (seat, token) => (await right.OpenAsync(seat, token)).Map<IBackend>(b => new Mutant(b)
            {
                Description = d => d with { Capabilities = Capabilities.Pools },
            }),
        };
        var report = await ConformanceKit.RunAsync(
            shy, new ConformanceOptions { Only = ["create_is_idempotent", "pools_have_room"] }, null, CancellationToken.None);
        var skipped = report.Results.Single(r => r.Id == "create_is_idempotent");
        Assert.AreEqual(Verdict.Skipped, skipped.Verdict);
        Assert.Contains("needs Volumes", skipped.Detail);
        Assert.AreEqual(Verdict.Passed, report.Results.Single(r => r.Id == "pools_have_room").Verdict);
    }

    [TestMethod]
    public async Task A_backend_that_cannot_be_opened_fails_one_check()
    {
        using var folder = new TempFolder();
        var broken = DirectoryLab.Subject(folder.Path) with
        {
            OpenAsync = (_, _) => Task.FromResult<Outcome<IBackend>>(
                new Fault(FaultCode.InvalidArgument, "cannot", "no path", "Give one.", Retry.AfterFix)),
        };
        var report = await ConformanceKit.RunAsync(broken, new ConformanceOptions(), null, CancellationToken.None);
        Assert.AreEqual("opens", report.Results.Single().Id);
        Assert.IsFalse(report.Passed);
    }

    [TestMethod]
    public async Task Nothing_is_left_in_the_scratch_folder()
    {
        using var folder = new TempFolder();
        await ConformanceKit.RunAsync(
            DirectoryLab.Subject(folder.Path), new ConformanceOptions { Only = ["create_is_idempotent"] }, null, CancellationToken.None);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
