using System.Text;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigMutationTests
{
    private const int Count = 1000;

    [TestMethod]
    public void A_thousand_mutated_files_never_throw_and_every_problem_has_its_place()
    {
        var wrong = 0;
        using var files = new ConfigFiles();
        for (var seed = 0; seed < Count; seed++)
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(ConfigFiles.Everything);
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                bytes = FileMutation.Of(bytes, random);
            }

            var reading = files.Write(bytes).Read();
            wrong += reading.Config is null ? 1 : 0;
            Check(reading, seed);
        }

        // A mutation that nothing notices, such as one in a comment, is fine; most must be noticed.
        Assert.IsGreaterThan(Count / 2, wrong);
    }

    private static void Check(ConfigReading reading, int seed)
    {
        Assert.AreEqual(reading.Config is null, reading.Problems.Any(problem => problem.Severity == ProblemSeverity.Error), $"seed {seed}");
        foreach (var problem in reading.Problems)
        {
            var told = $"seed {seed}: {problem}";
            Assert.IsGreaterThanOrEqualTo(1, problem.Line, told);
            Assert.IsGreaterThanOrEqualTo(1, problem.Column, told);
            Assert.IsFalse(string.IsNullOrWhiteSpace(problem.Field), told);
            Assert.IsFalse(string.IsNullOrWhiteSpace(problem.Message), told);
            Assert.IsFalse(string.IsNullOrWhiteSpace(problem.Remedy), told);
            Assert.EndsWith("nodeagent.yaml", problem.File, told);
            Assert.DoesNotContain("\n", problem.ToString(), told);
            Assert.DoesNotContain("   at ", problem.ToString(), told);
        }
    }
}
