using System.Diagnostics;
using NodeAgent.Tests.Architecture;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Build;

/// <summary>build/summary.py: the last line of ./dev test never says more than was run.</summary>
[TestClass]
public sealed class SummaryTests
{
    private const string Passed = """<UnitTestResult testName="A" outcome="Passed" />""";
    private const string Failed = """<UnitTestResult testName="B" outcome="Failed" />""";
    private const string Skipped = """<UnitTestResult testName="C" outcome="NotExecuted"><Output><ErrorInfo><Message>no disk</Message></ErrorInfo></Output></UnitTestResult>""";
    private const string Crashed = """<RunInfos><RunInfo outcome="Error"><Text>Test host process crashed</Text></RunInfo></RunInfos>""";

    [TestMethod]
    public void Runs_are_added_up_and_what_was_skipped_says_why()
    {
        var lines = Sum((0, Passed + Passed), (1, Passed + Failed + Skipped));
        CollectionAssert.AreEqual(new[] { "failed: B", "skipped: C: no disk", "3 passed, 1 failed, 1 skipped" }, lines);
    }

    [TestMethod]
    public void A_process_that_died_is_a_failure_whatever_had_passed_before()
    {
        var lines = Sum((0, Passed), (134, Passed + Crashed));
        StringAssert.Contains(lines[0], "run1 tests: their process ended with 134 before all had run. Test host process crashed");
        Assert.AreEqual("2 passed, 1 failed, 0 skipped", lines[^1]);
    }

    [TestMethod]
    public void A_process_that_died_after_a_failure_is_told_beside_it() =>
        Assert.AreEqual("0 passed, 2 failed, 0 skipped", Sum((134, Failed + Crashed))[^1]);

    [TestMethod]
    public void A_process_that_was_ended_without_results_is_a_failure_and_one_without_matching_tests_is_none()
    {
        Assert.AreEqual("0 passed, 1 failed, 0 skipped", Sum((124, null))[^1]);
        Assert.AreEqual("1 passed, 0 failed, 0 skipped", Sum((0, Passed), (0, null))[^1]);
    }

    private static string[] Sum(params (int Exit, string? Results)[] runs)
    {
        using var folder = new TempFolder();
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Join(Repository.Root, "build/summary.py"));
        for (var run = 0; run < runs.Length; run++)
        {
            var file = Path.Join(folder.Path, $"run{run}.trx");
            start.ArgumentList.Add($"run{run}={runs[run].Exit}:{file}");
            if (runs[run].Results is { } results)
            {
                File.WriteAllText(file, $"""<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>{results}</Results></TestRun>""");
            }
        }

        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return lines;
    }
}
