namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigDropInTests
{
    [TestMethod]
    public void Groups_merge_and_a_later_value_wins()
    {
        using var files = new ConfigFiles();
        var config = files.Write("replication: { interval: 10s, keep_source: 3 }")
            .DropIn("10-a.yaml", "replication: { interval: 20s }")
            .DropIn("20-b.yaml", "replication: { interval: 30s }")
            .Read().Config!;

        Assert.AreEqual(TimeSpan.FromSeconds(30), config.Replication.Interval);
        Assert.AreEqual(3, config.Replication.KeepSource);
    }

    [TestMethod]
    public void Lists_of_named_things_merge_by_name()
    {
        using var files = new ConfigFiles();
        var config = files.Write(ConfigFiles.Full)
            .DropIn("net.yaml", "networks: [{name: mgmt, rate_limit: 1GiB}, {name: repl-b, address: 10.0.2.11}]")
            .DropIn("store.yaml", "backends: [{id: tank, options: {compression: lz4}}]")
            .Read().Config!;

        CollectionAssert.AreEqual(new[] { "mgmt", "repl-a", "repl-b" }, config.Networks.Keys.ToArray());
        Assert.AreEqual(1L << 30, config.Networks["mgmt"].RateLimit);
        Assert.AreEqual("10.0.0.11", config.Networks["mgmt"].Address.ToString());
        Assert.AreEqual("tank/nodeagent", config.Backends.Single().Options["root"]);
        Assert.AreEqual("lz4", config.Backends.Single().Options["compression"]);
    }

    [TestMethod]
    public void Other_lists_are_replaced_as_a_whole()
    {
        using var files = new ConfigFiles();
        var config = files.Write(ConfigFiles.Full).DropIn("order.yaml", "peers: { networks: [mgmt] }").Read().Config!;

        CollectionAssert.AreEqual(new[] { "mgmt" }, config.Peers.Networks.ToArray());
    }

    [TestMethod]
    public void A_key_without_value_takes_nothing_away()
    {
        using var files = new ConfigFiles();
        var config = files.Write(ConfigFiles.Full).DropIn("x.yaml", "backends:\nreplication:\n").Read().Config!;

        Assert.HasCount(1, config.Backends);
    }

    [TestMethod]
    public void A_name_twice_in_one_drop_in_is_an_error_there()
    {
        using var files = new ConfigFiles();
        files.Write(ConfigFiles.Full)
            .DropIn("x.yaml", "networks:\n  - {name: mgmt, rate_limit: 1GiB}\n  - {name: mgmt, rate_limit: 2GiB}\n");

        Assert.StartsWith("conf.d/x.yaml:3:5: networks[mgmt]: there are two ", files.Only());
    }

    [TestMethod]
    public void An_error_in_a_drop_in_names_that_file()
    {
        using var files = new ConfigFiles();
        files.Write(ConfigFiles.Full).DropIn("x.yaml", "# first\nreplication:\n  interval: never\n");

        Assert.StartsWith("conf.d/x.yaml:3:13: replication.interval: ", files.Only());
    }

    [TestMethod]
    public void Files_of_other_names_are_not_read_and_a_slip_is_told()
    {
        using var files = new ConfigFiles();
        files.Write("# main").DropIn("x.yaml~", "bad").DropIn(".hidden.yaml", "bad").DropIn("y.yml", "state: /y");

        Assert.StartsWith("conf.d/y.yml:1:1: warning: (file): is not read, ", files.Only());
    }

    [TestMethod]
    public void The_origin_tells_file_and_line_and_what_was_replaced()
    {
        using var files = new ConfigFiles();
        var lines = files.Write("log:\n  level: debug\n").DropIn("x.yaml", "log: { level: warning }").Read().Lines
            .Select(line => line.ToString().Replace(Path.GetDirectoryName(files.Main) + "/", string.Empty, StringComparison.Ordinal))
            .ToList();

        Assert.Contains("log.level = warning  # conf.d/x.yaml:1, instead of nodeagent.yaml:2", lines);
        Assert.Contains("peers.port = 7400  # default", lines);
    }

    [TestMethod]
    public void A_file_where_the_folder_of_drop_ins_belongs_is_an_error()
    {
        using var files = new ConfigFiles();
        files.Write("# main");
        File.WriteAllText(files.DropIns, "x");

        Assert.StartsWith("conf.d:1:1: (file): cannot be listed: ", files.Only());
    }
}
