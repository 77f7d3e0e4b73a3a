using System.Text;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Rehearsal;
using NodeAgent.Tests.Daemon.Configuration;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Rehearsals;

[TestClass]
public sealed class RehearsalMutationTests
{
    private const int Count = 2000;

    [TestMethod]
    public void Two_thousand_mutated_files_are_refused_with_their_places_or_rehearsed()
    {
        var (refused, rehearsed) = (0, 0);
        Parallel.For(0, Count, () => TempFolder.InMemory(), (seed, _, folder) =>
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(RehearsalText.Everything);
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                bytes = FileMutation.Of(bytes, random);
            }

            var reading = RehearsalText.Read(bytes, folder);
            Assert.AreEqual(reading.Plan is null, reading.Problems.Any(problem => problem.Severity == ProblemSeverity.Error), $"seed {seed}");
            foreach (var problem in reading.Problems)
            {
                Assert.IsTrue(problem is { Line: > 0, Field.Length: > 0, Message.Length: > 0, Remedy.Length: > 0 }, $"seed {seed}: {problem}");
                Assert.DoesNotContain("   at ", problem.ToString(), $"seed {seed}");
            }

            // A day would be a mutation, too; minutes show as much.
            if (reading.Plan is { } plan)
            {
                var report = Rehearsing.Run(plan with { Length = plan.Length > TimeSpan.FromMinutes(5) ? TimeSpan.FromMinutes(5) : plan.Length });
                Assert.AreEqual(plan.Services.Length, report.Value.Services.Length, $"seed {seed}");
                Interlocked.Increment(ref rehearsed);
            }
            else
            {
                Interlocked.Increment(ref refused);
            }

            return folder;
        }, folder => folder.Dispose());
        Assert.IsGreaterThan(Count / 3, refused);
        Assert.IsGreaterThan(Count / 20, rehearsed);
    }
}
