using System.Text;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigMutationTests
{
    private const int Count = 1000;

    private static readonly string[] Pieces =
        ["[]", "{}", "-1", "~", "'", "\"", "&a", "*a", "!!map", "|", ">", "\t", "---", "...", "%YAML 9.9", "? ", "- ", "<<: ", "9999999999999999999", "true", "\0", "\uFEFF", "{", "]"];

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
                bytes = Mutate(bytes, random);
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

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(6))
        {
            case 0:
                var flipped = (byte[])bytes.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                lines.RemoveAt(at);
                break;
            case 2:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 3:
                lines[at] = Swap(lines[at], random);
                break;
            case 4:
                lines[at] = lines[at].Insert(random.Next(lines[at].Length + 1), Pieces[random.Next(Pieces.Length)]);
                break;
            default:
                return bytes[..random.Next(1, bytes.Length + 1)];
        }

        var text = string.Join('\n', lines);
        return Encoding.Latin1.GetBytes(text.Length == 0 ? "#" : text);
    }

    /// <summary>Puts a value of another type behind a colon.</summary>
    private static string Swap(string line, Random random)
    {
        var colons = Enumerable.Range(0, line.Length).Where(index => line[index] == ':').ToArray();
        return colons.Length == 0
            ? line
            : $"{line[..(colons[random.Next(colons.Length)] + 1)]} {Pieces[random.Next(Pieces.Length)]}";
    }
}
