using System.Net;
using Microsoft.Extensions.Logging;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigReaderTests
{
    [TestMethod]
    public void Every_field_of_a_full_file_arrives()
    {
        var reading = ConfigFiles.ReadText(ConfigFiles.Full);

        Assert.IsEmpty(reading.Problems);
        var config = reading.Config!;
        Assert.AreEqual("n1", config.Node.Value);
        Assert.AreEqual("/var/lib/nodeagent", config.State);
        Assert.AreEqual(100L << 20, config.Networks["repl-a"].RateLimit);
        Assert.IsNull(config.Networks["mgmt"].RateLimit);
        Assert.AreEqual(IPAddress.Parse("10.0.0.11"), config.Networks["mgmt"].Address);
        CollectionAssert.AreEqual(new[] { "repl-a", "mgmt" }, config.Peers.Networks.ToArray());
        Assert.AreEqual("127.0.0.1:9440", config.Metrics.Listen!.ToString());
        Assert.IsTrue(config.Plugins.RequireRootOwned);
        Assert.AreEqual("tank/nodeagent", config.Backends.Single().Options["root"]);
        Assert.AreEqual(new ReplicationConfig(TimeSpan.FromSeconds(60), 2, 4, 2), config.Replication);
        Assert.AreEqual(LogLevel.Information, config.Log.Level);
    }

    [TestMethod]
    public void A_file_of_comments_is_all_defaults()
    {
        var reading = ConfigFiles.ReadText("# nothing yet\n");

        Assert.IsEmpty(reading.Problems);
        var config = reading.Config!;
        Assert.AreEqual("host1", config.Node.Value);
        Assert.AreEqual("/run/nodeagent/control.sock", config.Socket);
        Assert.AreEqual(7400, config.Peers.Port);
        Assert.AreEqual(TimeSpan.FromMinutes(1), config.Replication.Interval);
        Assert.IsEmpty(config.Backends);
    }

    [TestMethod]
    public void An_empty_file_is_all_defaults_with_a_warning()
    {
        using var files = new ConfigFiles();
        var reading = files.Write("").Read();

        Assert.IsNotNull(reading.Config);
        Assert.AreEqual(ProblemSeverity.Warning, reading.Problems.Single().Severity);
        Assert.StartsWith("nodeagent.yaml:1:1: warning: (file): is empty. ", files.Short(reading.Problems[0]));
    }

    [TestMethod]
    [DataRow("node:\nnetworks:\nbackends: ~\nlog: null\n")]
    [DataRow("---\n...\n")]
    [DataRow("node: {}\nnetworks: []\n")]
    public void A_key_without_value_is_the_same_as_no_key(string text)
    {
        var reading = ConfigFiles.ReadText(text);

        Assert.IsEmpty(reading.Problems);
        Assert.AreEqual("host1", reading.Config!.Node.Value);
    }

    [TestMethod]
    public void All_errors_are_told_at_once_in_the_order_of_lines()
    {
        using var files = new ConfigFiles();
        var problems = files.Write(
            """
            stat: /x
            peers: { port: 99999, networks: [nowhere] }
            replication: { interval: 1s }
            log: { level: loud }
            """).Read().Problems;

        string[] wanted =
        [
            "nodeagent.yaml:1:1: stat: is not a field. Did you mean 'state'?",
            "nodeagent.yaml:2:16: peers.port: 99999 is out of range. Write a number from 1 to 65535",
            "nodeagent.yaml:2:34: peers.networks[0]: there is no network 'nowhere'. Add 'nowhere' to networks",
            "nodeagent.yaml:3:26: replication.interval: 1s is out of range. Write a duration from 5s to 1d",
            "nodeagent.yaml:4:15: log.level: 'loud' is not a choice. Write one of trace, debug, information, warning, error, critical",
        ];
        CollectionAssert.AreEqual(wanted, problems.Select(files.Short).ToArray());
    }

    [TestMethod]
    public void A_configuration_with_an_error_is_not_handed_out()
    {
        Assert.IsNull(ConfigFiles.ReadText("state: relative").Config);
    }

    [TestMethod]
    public void A_host_name_that_is_no_node_name_asks_for_one()
    {
        using var files = new ConfigFiles();
        var problem = files.Write("# default").Read("-bad").Problems.Single();

        Assert.AreEqual("node.name", problem.Field);
        Assert.Contains("'-bad'", problem.Message);
    }

    [TestMethod]
    public void A_host_name_gives_the_part_before_the_first_dot_in_lower_case()
    {
        using var files = new ConfigFiles();

        Assert.AreEqual("pve1", files.Write("# default").Read("PVE1.example.org").Config!.Node.Value);
    }

    [TestMethod]
    public void Metrics_can_be_switched_off()
    {
        Assert.IsNull(ConfigFiles.ReadText("metrics: { listen: off }").Config!.Metrics.Listen);
    }

    [TestMethod]
    public void Peers_use_all_networks_by_name_if_none_are_chosen()
    {
        var config = ConfigFiles.ReadText("networks: [{name: b, address: 10.0.0.1}, {name: a, address: 10.0.1.1}]").Config!;

        CollectionAssert.AreEqual(new[] { "a", "b" }, config.Peers.Networks.ToArray());
    }

    [TestMethod]
    public void Without_a_view_of_plugins_options_are_not_checked()
    {
        using var files = new ConfigFiles();
        files.Write("backends: [{id: x, plugin: unknown, options: {a: b}}]");

        Assert.IsEmpty(ConfigReader.Read(files.Main, null, new ConfigSources("h")).Problems);
    }

    [TestMethod]
    public void A_problem_as_json_has_all_its_parts()
    {
        var problem = ConfigFiles.ReadText("state: x").Problems.Single();

        using var json = System.Text.Json.JsonDocument.Parse(problem.ToJson());
        Assert.AreEqual("Error", json.RootElement.GetProperty("severity").GetString());
        Assert.AreEqual(8, json.RootElement.GetProperty("column").GetInt32());
        Assert.AreEqual("state", json.RootElement.GetProperty("field").GetString());
        Assert.AreEqual("Begin it with '/'", json.RootElement.GetProperty("remedy").GetString());
    }
}
