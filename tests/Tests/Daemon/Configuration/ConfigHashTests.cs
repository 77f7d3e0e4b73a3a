using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigHashTests
{
    [TestMethod]
    public void Comments_order_and_ways_of_writing_do_not_change_it()
    {
        var other =
            """
            # the same, otherwise
            log: { level: "information" }
            networks:
              - rate_limit: 104857600
                name: repl-a
                address: 10.0.1.11
              - { address: 10.0.0.11, name: mgmt }
            replication: { interval: 1m }
            peers: { networks: [repl-a, mgmt] }
            backends: [{ options: { root: tank/nodeagent }, plugin: zfs, id: tank }]
            node: { name: n1 }
            """;

        Assert.AreEqual(ConfigHash.OfNode(ConfigFiles.ReadText(ConfigFiles.Full).Lines), ConfigHash.OfNode(ConfigFiles.ReadText(other).Lines));
    }

    [TestMethod]
    [DataRow("interval: 60s", "interval: 61s")]
    [DataRow("root: tank/nodeagent", "root: tank/other")]
    [DataRow("[repl-a, mgmt]", "[mgmt, repl-a]")]
    [DataRow("name: n1", "name: n2")]
    public void A_change_of_meaning_changes_it(string before, string after)
    {
        var changed = ConfigFiles.Full.Replace(before, after, StringComparison.Ordinal);

        Assert.AreNotEqual(ConfigHash.OfNode(ConfigFiles.ReadText(ConfigFiles.Full).Lines), ConfigHash.OfNode(ConfigFiles.ReadText(changed).Lines));
    }

    [TestMethod]
    public void Nodes_that_differ_in_names_addresses_and_storage_options_only_have_one_cluster_hash()
    {
        var other = ConfigFiles.Full
            .Replace("name: n1", "name: n2", StringComparison.Ordinal)
            .Replace("root: tank/nodeagent", "root: fast/other", StringComparison.Ordinal)
            .Replace("10.0.0.11", "10.0.0.12", StringComparison.Ordinal)
            .Replace("10.0.1.11", "10.0.1.12", StringComparison.Ordinal);

        Assert.AreEqual(ConfigHash.OfCluster(ConfigFiles.ReadText(ConfigFiles.Full).Lines), ConfigHash.OfCluster(ConfigFiles.ReadText(other).Lines));
    }

    [TestMethod]
    [DataRow("interval: 60s", "interval: 61s")]
    [DataRow("plugin: zfs", "plugin: directory")]
    public void What_nodes_have_in_common_is_in_the_cluster_hash(string before, string after)
    {
        var changed = ConfigFiles.Full.Replace(before, after, StringComparison.Ordinal);

        Assert.AreNotEqual(ConfigHash.OfCluster(ConfigFiles.ReadText(ConfigFiles.Full).Lines), ConfigHash.OfCluster(ConfigFiles.ReadText(changed).Lines));
    }

    [TestMethod]
    public void A_double_holds_it_exactly()
    {
        var hash = ConfigHash.OfNode(ConfigFiles.ReadText(ConfigFiles.Full).Lines);

        Assert.IsInRange(0L, (1L << 48) - 1, hash);
    }
}
