using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Plugins;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed partial class KnownTests
{
    [TestMethod]
    public void Every_state_has_a_label_value_of_its_own_in_its_closed_list()
    {
        Check(Known.PluginStates, Known.Of, Enum.GetValues<PluginState>());
        Check(Known.CopyStates, Known.Of, Enum.GetValues<CopyState>());
        Check(Known.HealthLevels, Known.Of, Enum.GetValues<HealthLevel>());
    }

    [TestMethod]
    public void A_state_from_nowhere_is_a_bug_not_a_label()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Known.Of((PluginState)99));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Known.Of((CopyState)99));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Known.Of((HealthLevel)99));
    }

    [TestMethod]
    [DataRow("scrub", "scrub")]
    [DataRow("RESILVER", "resilver")]
    [DataRow("expand raidz", "other")]
    public void What_a_pool_is_busy_with_is_one_of_the_known_words(string kind, string label) =>
        Assert.AreEqual(label, Known.Scan(new PoolActivity(kind, 1, 2)));

    [TestMethod]
    public void Every_call_of_the_plugin_host_has_a_class_that_the_catalogue_knows()
    {
        var folder = Path.Combine(MetricsFixture.Root, "agent", "Daemon", "Plugins", "Guarding");
        var calls = Directory.EnumerateFiles(folder, "*.cs")
            .SelectMany(file => CallName().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        Assert.IsGreaterThan(25, calls.Count);
        Assert.IsEmpty(calls.Where(call => OperationClass.Of(call) == "other").ToList());
        Assert.IsEmpty(calls.Select(OperationClass.Of).Except(Known.Operations).ToList());
        Assert.AreEqual("other", OperationClass.Of("volumes.sing"));
    }

    private static void Check<T>(IReadOnlyCollection<string> list, Func<T, string> name, T[] values)
        where T : struct, Enum
    {
        CollectionAssert.AreEqual(values.Select(name).ToList(), list.ToList());
        Assert.HasCount(values.Length, list.Distinct(StringComparer.Ordinal).ToList());
    }

    [GeneratedRegex("""(?:GuardedCall\.(?:Read|Change)|new GuardedCall|GuardedCall Watch = new)\(\s*"(?<name>[a-z._]+)\x22""")]
    private static partial Regex CallName();
}
