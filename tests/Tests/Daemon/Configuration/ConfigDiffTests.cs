using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigDiffTests
{
    [TestMethod]
    [DataRow("interval: 60s", "interval: 5s", "replication.interval: 1m -> 5s (applied)")]
    [DataRow("level: information", "level: debug", "log.level: information -> debug (applied)")]
    [DataRow("100MiB", "50MiB", "networks[repl-a].rate_limit: 100MiB -> 50MiB (applied)")]
    [DataRow(", rate_limit: 100MiB", "", "networks[repl-a].rate_limit: 100MiB -> (none) (applied)")]
    [DataRow("port: 7400", "port: 7500", "peers.port: 7400 -> 7500 (needs a restart: systemctl restart nodeagent)")]
    [DataRow("10.0.0.11", "10.0.0.12", "networks[mgmt].address: 10.0.0.11 -> 10.0.0.12 (needs a restart: systemctl restart nodeagent)")]
    [DataRow("root: tank/nodeagent", "root: tank/b", "backends[tank].options.root: tank/nodeagent -> tank/b (needs a restart: systemctl restart nodeagent)")]
    public void A_changed_field_says_whether_a_reload_is_enough(string before, string after, string wanted)
    {
        var changes = Changes(ConfigFiles.Full.Replace(before, after, StringComparison.Ordinal));

        Assert.AreEqual(wanted, changes.Single().ToString());
    }

    [TestMethod]
    public void Nothing_changed_is_an_empty_list()
    {
        Assert.IsEmpty(Changes("# a comment more\n" + ConfigFiles.Full));
    }

    [TestMethod]
    public void A_network_that_comes_needs_a_restart_with_all_its_fields()
    {
        var changes = Changes(ConfigFiles.Full.Replace(
            "networks:\n", "networks:\n  - { name: new, address: 10.0.9.1, rate_limit: 1GiB }\n", StringComparison.Ordinal));

        Assert.HasCount(3, changes);
        Assert.IsTrue(changes.All(change => change.ToString().Contains("needs a restart", StringComparison.Ordinal)), string.Join('\n', changes));
    }

    private static IReadOnlyList<ConfigChange> Changes(string text) =>
        ConfigDiff.Between(ConfigFiles.ReadText(ConfigFiles.Full).Lines, ConfigFiles.ReadText(text).Lines);
}
