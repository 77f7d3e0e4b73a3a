using System.Text;

using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Tests.Daemon.Plugins.Manifests;

[TestClass]
public sealed class ManifestReaderTests
{
    private const string Good = """
        {
          "id": "zfs",
          "version": "1.2.3-beta.1",
          "contract": "1.0",
          "assembly": "NodeAgent.Plugins.Zfs.dll",
          "factory": "NodeAgent.Plugins.ZfsBackend.Factory",
          "commands": ["zfs", "zpool"],
          "devices": ["/dev/zfs"],
          "sha256": { "NodeAgent.Plugins.Zfs.dll": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
        }
        """;

    [TestMethod]
    public void A_right_manifest_is_read_in_full()
    {
        var manifest = Read(Good).Manifest!;
        Assert.AreEqual("zfs", manifest.Id);
        Assert.AreEqual("1.2.3-beta.1", manifest.Version.ToString());
        Assert.AreEqual(new ContractLevel(1, 0), manifest.Contract);
        CollectionAssert.AreEqual(new[] { "zfs", "zpool" }, manifest.Commands.ToArray());
        CollectionAssert.AreEqual(new[] { "/dev/zfs" }, manifest.Devices.ToArray());
        Assert.HasCount(1, manifest.Sha256);
    }

    [TestMethod]
    public void Lists_and_hashes_may_be_left_out()
    {
        var manifest = Read("""{"id":"a","version":"1.0.0","contract":"1.0","assembly":"A.dll","factory":"A.F"}""").Manifest!;
        Assert.IsEmpty(manifest.Commands);
        Assert.IsEmpty(manifest.Devices);
        Assert.IsEmpty(manifest.Sha256);
    }

    [TestMethod]
    public void A_trial_is_one_line_for_people()
    {
        static ManifestReading With(string trial) => Read(Good.Replace("\"id\": \"zfs\",", $"\"id\": \"zfs\", \"trial\": {trial},", StringComparison.Ordinal));
        Assert.IsNull(Read(Good).Manifest!.Trial);
        Assert.AreEqual("no real drives", With("\"no real drives\"").Manifest!.Trial);
        foreach (var wrong in new[] { "true", "\"\"", "\" \"", "\"two\\nlines\"", "\"\\u001b[31m\"", $"\"{new string('x', 401)}\"" })
        {
            Assert.AreEqual("trial", With(wrong).Problems.Single().Field, wrong);
        }
    }

    [TestMethod]
    public void A_byte_order_mark_does_no_harm() =>
        Assert.IsNotNull(ManifestReader.Read("m", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)]).Manifest);

    [TestMethod]
    public void All_problems_are_told_at_once_with_file_line_and_field()
    {
        var problems = Read("""
            {
              "id": "No Good",
              "version": "one",
              "contract": "1",
              "assembly": "../evil.dll",
              "factory": 7,
              "commands": ["zfs", "/bin/sh"],
              "devices": ["/etc/passwd", "/dev/../etc/shadow"],
              "sha256": { "a.dll": "xyz" },
              "colour": "red"
            }
            """).Problems;
        var places = problems.Select(problem => (problem.Line, problem.Field)).ToArray();
        CollectionAssert.AreEquivalent(
            new[]
            {
                (2, "id"), (3, "version"), (4, "contract"), (5, "assembly"), (6, "factory"), (7, "commands[1]"),
                (8, "devices[0]"), (8, "devices[1]"), (9, "sha256.a.dll"), (10, "colour"),
            },
            places);
        Assert.IsTrue(problems.All(problem => problem.File == "m.json" && problem.Remedy.Length > 0));
    }

    [TestMethod]
    public void Missing_fields_are_all_named()
    {
        var fields = Read("{}").Problems.Select(problem => problem.Field).ToArray();
        CollectionAssert.AreEquivalent(new[] { "id", "version", "contract", "assembly", "factory" }, fields);
    }

    [TestMethod]
    public void A_field_given_twice_is_a_problem() =>
        Assert.Contains("twice", Read(Good.Replace("\"id\": \"zfs\",", "\"id\": \"zfs\", \"id\": \"zfs\",", StringComparison.Ordinal)).Problems.Single().Reason);

    [TestMethod]
    [DataRow("[]")]
    [DataRow("7")]
    [DataRow("null")]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("{\"id\": \"a\"} {}")]
    [DataRow("{\"id\": \"\\ud800\"}")]
    [DataRow("[[[[[[[[[[[[[[[[[[[[[[")]
    public void What_is_not_a_manifest_is_told_with_a_line(string text)
    {
        var reading = Read(text);
        Assert.IsNull(reading.Manifest);
        Assert.IsTrue(reading.Problems.All(problem => problem.Line >= 1 && problem.Reason.Length > 0));
    }

    [TestMethod]
    public void A_syntax_error_is_told_at_its_line() =>
        Assert.AreEqual(3, Read("{\n  \"id\": \"a\",\n  oops\n}").Problems.Single().Line);

    [TestMethod]
    public void Hostile_text_does_not_reach_the_terminal()
    {
        var told = Read("{\"\\u001b[31mred\": 1}").Problems.Select(problem => problem.ToString());
        Assert.IsFalse(told.Any(text => text.Contains('\u001b', StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_a_problem_and_no_exception() =>
        Assert.IsNull(ManifestReader.ReadFile("/nonexistent/nodeagent.plugin.json").Manifest);

    [TestMethod]
    public void Two_thousand_mutated_manifests_never_throw_and_always_name_file_and_line()
    {
        var seed = new Random(4711);
        var wrong = 0;
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Mutate(Encoding.UTF8.GetBytes(Good), seed);
            var reading = ManifestReader.Read("m.json", bytes);
            if (reading.Manifest is null)
            {
                wrong++;
                Assert.IsNotEmpty(reading.Problems);
                Assert.IsTrue(reading.Problems.All(problem =>
                    problem.File == "m.json" && problem.Line is >= 1 and < 100 && problem.Reason.Length > 0 && problem.Remedy.Length > 0));
            }
        }

        Assert.IsGreaterThan(1000, wrong);
    }

    private static byte[] Mutate(byte[] bytes, Random seed)
    {
        var list = bytes.ToList();
        for (var times = seed.Next(1, 4); times > 0; times--)
        {
            var at = seed.Next(list.Count);
            switch (seed.Next(4))
            {
                case 0:
                    list[at] = (byte)seed.Next(256);
                    break;
                case 1:
                    list.RemoveAt(at);
                    break;
                case 2:
                    list.InsertRange(at, list.GetRange(at, Math.Min(seed.Next(20), list.Count - at)));
                    break;
                default:
                    list.RemoveRange(at, Math.Min(seed.Next(30), list.Count - at));
                    break;
            }

            if (list.Count == 0)
            {
                list.Add((byte)'{');
            }
        }

        return [.. list];
    }

    private static ManifestReading Read(string text) => ManifestReader.Read("m.json", Encoding.UTF8.GetBytes(text));
}
