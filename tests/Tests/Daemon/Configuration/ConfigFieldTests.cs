using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigFieldTests
{
    [TestMethod]
    [DataRow("node: { name: N1 }", "node.name: 'N1' cannot be the name of a node. A name is ")]
    [DataRow("state: lib", "state: 'lib' is not an absolute path. Begin it with '/'")]
    [DataRow("state: /a/../b", "state: '/a/../b' goes through '.' or '..'. ")]
    [DataRow("state: [/a]", "state: must be a single value, and is a list. Write 'state: /var/lib/nodeagent'")]
    [DataRow("node: n1", "node: must be a group of keys, and is a single value. Write 'key: value' on the lines below 'node:'")]
    [DataRow("networks: mgmt", "networks: must be a list, and is a single value. Write '- name: ...' on the lines below 'networks:'")]
    [DataRow("networks: [mgmt]", "networks[0]: must be a group of keys, and is a single value. Write '- name: ...'")]
    [DataRow("networks: [{name: a}]", "networks[a].address: is missing. Add 'address: 10.0.1.11' or the like")]
    [DataRow("networks: [{address: 10.0.0.1}]", "networks[0].name: is missing. ")]
    [DataRow("networks: [{name: a, address: 10.1}]", "networks[a].address: '10.1' is not an IP address. ")]
    [DataRow("networks: [{name: a, address: localhost}]", "networks[a].address: 'localhost' is not an IP address. ")]
    [DataRow("networks: [{name: a, address: 0.0.0.0}]", "networks[a].address: '0.0.0.0' is not the address of one node. ")]
    [DataRow("networks: [{name: a, address: 'ff02::1'}]", "networks[a].address: 'ff02::1' is not the address of one node. ")]
    [DataRow("networks: [{name: a, address: 10.0.0.1, rate_limit: 100MB}]", "networks[a].rate_limit: 'MB' is not a unit of size. Write KiB, MiB, GiB or TiB, such as 100MiB")]
    [DataRow("networks: [{name: a, address: 10.0.0.1, rate_limit: fast}]", "networks[a].rate_limit: 'fast' is not a size. ")]
    [DataRow("networks: [{name: a, address: 10.0.0.1, rate_limit: 1}]", "networks[a].rate_limit: 1 is out of range. Write a size from 64KiB to 1TiB")]
    [DataRow("networks: [{name: a, address: 10.0.0.1}, {name: a, address: 10.0.0.2}]", "networks[a]: there are two with the name 'a' in one file. ")]
    [DataRow("networks: [{name: a, address: 10.0.0.1}, {name: b, address: 10.0.0.1}]", "networks[b].address: 10.0.0.1 is the address on network 'a' too. ")]
    [DataRow("networks: [{name: a, adress: 10.0.0.1, address: 10.0.0.1}]", "networks[a].adress: is not a field. Did you mean 'address'?")]
    [DataRow("peers: { port: x }", "peers.port: 'x' is not a whole number. ")]
    [DataRow("peers: { port: 0 }", "peers.port: 0 is out of range. ")]
    [DataRow("peers: { port: 99999999999999999999 }", "peers.port: '99999999999999999999' is not a whole number. ")]
    [DataRow("peers: { networks: mgmt }", "peers.networks: must be a list, and is a single value. Write 'networks: [repl-a]'")]
    [DataRow("peers: { networks: [{a: b}] }", "peers.networks[0]: must be a single value. ")]
    [DataRow("metrics: { listen: localhost:9440 }", "metrics.listen: 'localhost' is not an address to listen on. ")]
    [DataRow("metrics: { listen: 127.0.0.1 }", "metrics.listen: '127.0.0.1' has no port. ")]
    [DataRow("metrics: { listen: '127.0.0.1:0' }", "metrics.listen: '0' is not a port. ")]
    [DataRow("metrics: { listen: '::1:9440' }", "metrics.listen: '::1' is not an address to listen on. ")]
    [DataRow("plugins: { require_root_owned: yes }", "plugins.require_root_owned: 'yes' is neither true nor false. Write true or false")]
    [DataRow("replication: { interval: 60 }", "replication.interval: '60' has no unit. Write s, m, h or d after the number, such as 60s")]
    [DataRow("replication: { interval: 60ms }", "replication.interval: 'ms' is not a unit of time. ")]
    [DataRow("replication: { interval: soon }", "replication.interval: 'soon' is not a duration. ")]
    [DataRow("replication: { interval: 2d }", "replication.interval: 2d is out of range. Write a duration from 5s to 1d")]
    [DataRow("replication: { interval: 9223372036854775807d }", "replication.interval: 9223372036854775807d is out of range. ")]
    [DataRow("replication: { keep_source: 0 }", "replication.keep_source: 0 is out of range. ")]
    [DataRow("log: { level: informaton }", "log.level: 'informaton' is not a choice. Did you mean 'information'?")]
    [DataRow("interval: 60s", "interval: is not a field. 'interval' belongs under 'replication'")]
    [DataRow("log: { zebra: 1 }", "log.zebra: is not a field. Known under 'log': level")]
    [DataRow("'': x", "(file): is not a field. Known here: node, state, ")]
    [DataRow("<<: x", "<<: is not a field. Known here: node, state, ")]
    public void A_wrong_value_is_told_with_field_and_remedy(string text, string wanted)
    {
        var line = ConfigFiles.Only(text);

        Assert.StartsWith(wanted, line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
    }

    [TestMethod]
    public void A_trial_that_is_accepted_is_no_problem()
    {
        var reading = ConfigFiles.ReadText("backends: [{id: x, plugin: tried, accept_trial: true}]");

        Assert.IsEmpty(reading.Problems);
        Assert.IsTrue(reading.Config!.Backends.Single().AcceptsTrial);
    }

    [TestMethod]
    [DataRow("metrics: { listen: '0.0.0.0:9440' }", "metrics.listen")]
    [DataRow("state: /tmp/nodeagent", "state")]
    [DataRow("plugins: { require_root_owned: false }", "plugins.require_root_owned")]
    public void What_is_unwise_is_a_warning_and_counts(string text, string field)
    {
        var reading = ConfigFiles.ReadText(text);

        Assert.IsNotNull(reading.Config);
        Assert.AreEqual(ProblemSeverity.Warning, reading.Problems.Single().Severity);
        Assert.AreEqual(field, reading.Problems[0].Field);
    }

    [TestMethod]
    [DataRow("state: /var", "state: /var is not the agent's own. ")]
    [DataRow("metrics: { listen: '0.0.0.0:7400' }\nnetworks: [{name: a, address: 10.0.0.1}]", "metrics.listen: port 7400 is the peers' port too. ")]
    [DataRow("peers: { networks: [a, a] }\nnetworks: [{name: a, address: 10.0.0.1}]", "peers.networks[1]: names network 'a' again. ")]
    [DataRow("peers: { networks: [repla] }\nnetworks: [{name: repl-a, address: 10.0.0.1}]", "peers.networks[0]: there is no network 'repla'. Did you mean 'repl-a'?")]
    [DataRow("backends: [{id: x, plugin: nfs}]", "backends[x].plugin: no plugin 'nfs' is installed in /usr/lib/nodeagent/plugins. 'nodeagent plugin list' ")]
    [DataRow("backends: [{id: x, plugin: tried}]", "backends[x].accept_trial: plugin 'tried' is on trial: no real drives. If you want to try it all the same: 'accept_trial: true', ")]
    [DataRow("backends: [{id: x, plugin: tried, accept_trial: maybe}]", "backends[x].accept_trial: ")]
    [DataRow("backends: [{id: x, plugin: zfs}]", "backends[x].options.root: is missing, and plugin 'zfs' needs it. root: Dataset that holds the volumes")]
    [DataRow("backends: [{id: x, plugin: zfs, options: {root: /tank}}]", "backends[x].options.root: a dataset does not begin with '/'. ")]
    [DataRow("backends: [{id: x, plugin: zfs, options: {root: t, compresion: lz4}}]", "backends[x].options.compresion: plugin 'zfs' has no such option. Did you mean 'compression'?")]
    [DataRow("backends: [{id: x, plugin: zfs, options: {root: t, broken: 1}}]", "backends[x].options.broken: the plugin's own check of this option failed (InvalidOperationException). ")]
    [DataRow("backends: [{id: x, plugin: zfs, options: {root: [t]}}]", "backends[x].options.root: must be a single value, and is a list. ")]
    [DataRow("backends: [{id: x, plugin: directory, options: {path: /var/lib/nodeagent/peers}}]", "backends[x].options.path: /var/lib/nodeagent/peers is among the agent's own state. Choose a path in /var/lib/nodeagent/volumes or ")]
    public void What_does_not_fit_together_is_told_with_field_and_remedy(string text, string wanted)
    {
        using var files = new ConfigFiles();
        var lines = files.Write(text).Read().Problems.Select(problem => $"{problem.Field}: {problem.Message}. {problem.Remedy}").ToList();

        Assert.StartsWith(wanted, lines[0]);
    }

    [TestMethod]
    [DataRow("/var/lib/nodeagent/volumes")]
    [DataRow("/var/lib/nodeagent/volumes/fast")]
    [DataRow("/var/lib/nodeagent-data")]
    [DataRow("/srv/volumes")]
    public void Data_may_live_where_a_purge_leaves_it_alone(string path)
    {
        Assert.IsEmpty(ConfigFiles.ReadText($"backends: [{{id: x, plugin: directory, options: {{path: {path}}}}}]").Problems);
    }

    [TestMethod]
    [DataRow("5s", 5)]
    [DataRow("2m", 120)]
    [DataRow("1h", 3600)]
    [DataRow("1d", 86400)]
    [DataRow("90s", 90)]
    public void A_duration_is_a_number_and_a_unit(string text, int seconds)
    {
        var config = ConfigFiles.ReadText($"replication: {{ interval: {text} }}").Config!;

        Assert.AreEqual(TimeSpan.FromSeconds(seconds), config.Replication.Interval);
    }

    [TestMethod]
    [DataRow("65536", 65536L)]
    [DataRow("64KiB", 65536L)]
    [DataRow("10 MiB", 10L << 20)]
    [DataRow("1GiB", 1L << 30)]
    [DataRow("1TiB", 1L << 40)]
    public void A_size_is_bytes_or_a_number_and_a_unit(string text, long bytes)
    {
        var config = ConfigFiles.ReadText($"networks: [{{name: a, address: 10.0.0.1, rate_limit: {text}}}]").Config!;

        Assert.AreEqual(bytes, config.Networks["a"].RateLimit);
    }

    [TestMethod]
    [DataRow("10.0.0.1")]
    [DataRow("'fd00::11'")]
    [DataRow("'fe80::1'")]
    public void An_address_is_of_either_family(string address)
    {
        Assert.IsEmpty(ConfigFiles.ReadText($"networks: [{{name: a, address: {address}}}]").Problems);
    }

    [TestMethod]
    public void Texts_of_others_stay_on_one_line_and_are_cut()
    {
        var line = ConfigFiles.Only($"\"a\\nb{new string('x', 5000)}\": 1");

        Assert.DoesNotContain("\n", line);
        Assert.IsLessThan(1200, line.Length);
    }
}
