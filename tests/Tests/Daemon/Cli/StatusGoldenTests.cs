using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>What status looks like, for people and for machines.</summary>
[TestClass]
public sealed class StatusGoldenTests
{
    public static IEnumerable<object[]> States =>
    [
        ["healthy"], ["empty"], ["troubled"], ["sending"], ["paused"], ["moving"], ["kept"], ["copying"], ["crowded"], ["left-out"],
    ];

    [TestMethod]
    [DynamicData(nameof(States))]
    public async Task The_table_is_as_agreed(string name)
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Of(name);
        var run = await agent.RunAsync("status");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check($"status-{name}.txt", run.Output);
    }

    [TestMethod]
    [DynamicData(nameof(States))]
    public async Task The_replication_list_is_as_agreed(string name)
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Of(name);
        var run = await agent.RunAsync("replication", "list");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check($"replication-{name}.txt", run.Output);
    }

    [TestMethod]
    public async Task Pools_are_listed_with_what_goes_on_in_them()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Samples.Healthy;
        StringAssert.Contains((await agent.RunAsync("pool", "list")).Error, "No node tells of a pool");
        agent.Status = Samples.Pooled;
        Golden.Check("pool-list.txt", (await agent.RunAsync("pool", "list")).Output);
        using var json = JsonDocument.Parse((await agent.RunAsync("pool", "list", "-o", "json")).Output);
        Assert.AreEqual("resilver 25 %", json.RootElement[1].GetProperty("activity").GetString());
    }

    [TestMethod]
    [DataRow("switchover db --to n2 --plan", "switchover-plan.txt")]
    [DataRow("switchover db --to n2", "switchover-done.txt")]
    public async Task A_planned_move_is_shown_as_agreed(string words, string file)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync(words.Split(' '));
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check(file, run.Output);
        Assert.AreEqual(words.EndsWith("--plan", StringComparison.Ordinal) ? "switchover/plan" : "switchover", agent.Orders.Single().Path);
    }

    [TestMethod]
    public async Task A_move_of_a_service_shows_what_was_seen()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Moved = Samples.ServiceMoved;
        Golden.Check("switchover-service.txt", (await agent.RunAsync("switchover", "db", "--to", "n2")).Output);
    }

    [TestMethod]
    [DataRow("service list", "service-list.txt")]
    [DataRow("explain db", "explain.txt")]
    [DataRow("what-if node-down n1", "what-if-node-down.txt")]
    [DataRow("what-if drain n1", "what-if-drain.txt")]
    [DataRow("drill shop --plan", "drill-plan.txt")]
    [DataRow("drill shop --yes", "drill-done.txt")]
    [DataRow("drill list", "drill-list.txt")]
    public async Task What_an_operator_asks_is_shown_as_agreed(string words, string file)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync(words.Split(' '));
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check(file, run.Output);
    }

    [TestMethod]
    public async Task What_is_kept_is_listed_with_the_way_to_be_rid_of_it()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("kept", "list");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check("kept-list.txt", run.Output);
        Assert.AreEqual(ExitCode.Ok, (await agent.RunAsync("kept", "delete", "db-kept-3", "--yes")).Code);
        Assert.AreEqual("kept/delete", agent.Orders.Single().Path);
    }

    [TestMethod]
    public async Task What_could_not_be_asked_for_what_it_keeps_stands_below_what_is_kept()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Kept = agent.Kept with { Unread = [new Fault(FaultCode.TimedOut, "cannot list what copies of backend cold have put away", "zfs did not answer", "Look at 'nodeagent doctor'.", Retry.Later)] };
        var run = await agent.RunAsync("kept", "list");
        Assert.AreEqual(ExitCode.Degraded, run.Code, run.Error);
        Golden.Check("kept-list-partial.txt", run.Output);
        using var json = JsonDocument.Parse((await agent.RunAsync("kept", "list", "-o", "json")).Output);
        Assert.AreEqual("zfs did not answer", json.RootElement.GetProperty("unread")[0].GetProperty("why").GetString());
        Assert.AreEqual(2, json.RootElement.GetProperty("found").GetArrayLength());
    }

    [TestMethod]
    public async Task A_plan_of_pools_shows_room_what_it_survives_and_the_commands()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("ceph", "plan", "--hot", "quick", "--cold", "archive");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check("ceph-plan.txt", run.Output + run.Error);
        Assert.AreEqual("pools/plan", agent.Orders.Single().Path);
        Assert.AreEqual(ExitCode.Usage, (await agent.RunAsync("ceph", "plan")).Code);
    }

    [TestMethod]
    [DataRow("ceph mirror status", "ceph-mirror-status.txt")]
    [DataRow("ceph mirror promote db --force --plan", "ceph-mirror-plan.txt")]
    [DataRow("ceph mirror promote db --force --yes", "ceph-mirror-done.txt")]
    public async Task Mirrors_are_shown_as_agreed(string words, string file)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync(words.Split(' '));
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Golden.Check(file, run.Output + run.Error);
    }

    [TestMethod]
    public async Task Json_member_names_are_an_interface()
    {
        await using var agent = await FakeAgent.StartAsync();
        var shape = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var state in States)
        {
            agent.Status = Of((string)state[0]);
            using var json = JsonDocument.Parse((await agent.RunAsync("status", "-o", "json")).Output);
            Shape.Add(json.RootElement, "status", shape);
        }

        foreach (var (verb, name) in new[] { ("operations", "operations"), ("switchover db --to n2", "switchover"), ("switchover db --to n2 --plan", "switchover-plan"), ("version", "version"), ("plugin list", "plugins"), ("kept list", "kept"), ("ceph plan --hot quick", "pools"), ("ceph mirror status", "mirrors"), ("ceph mirror promote db --plan", "mirror-plan"), ("drill shop --yes", "drill"), ("drill shop --plan", "drill-plan") })
        {
            using var json = JsonDocument.Parse((await agent.RunAsync([.. verb.Split(' '), "-o", "json"])).Output);
            Shape.Add(json.RootElement, name, shape);
        }

        Golden.Check("json-members.txt", string.Join('\n', shape) + "\n");
    }

    [TestMethod]
    public async Task Ascii_is_used_where_the_locale_knows_no_more()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Samples.Troubled;
        var terminal = new CliTerminal { Variables = { ["LANG"] = "C" } };
        var run = await terminal.RunAsync(["status", "--socket", agent.Socket]);
        Assert.IsTrue(run.Output.All(char.IsAscii), run.Output);
        StringAssert.Contains(run.Output, "x failed");
    }

    [TestMethod]
    public async Task Colours_are_for_terminals_that_want_them()
    {
        await using var agent = await FakeAgent.StartAsync();
        string[] words = ["status", "--socket", agent.Socket];
        var color = await new CliTerminal { IsTerminal = true }.RunAsync(words);
        StringAssert.Contains(color.Output, "\u001b[");
        foreach (var terminal in new[]
        {
            new CliTerminal { IsTerminal = true, Variables = { ["NO_COLOR"] = "1" } },
            new CliTerminal { IsTerminal = true, Variables = { ["TERM"] = "dumb" } },
            new CliTerminal(),
        })
        {
            var plain = await terminal.RunAsync(words);
            Assert.IsFalse(plain.Output.Contains('\u001b', StringComparison.Ordinal), plain.Output);
        }

        var asked = await new CliTerminal { IsTerminal = true }.RunAsync([.. words, "--no-color"]);
        Assert.IsFalse(asked.Output.Contains('\u001b', StringComparison.Ordinal), asked.Output);
    }

    [TestMethod]
    [DataRow("healthy", ExitCode.Ok)]
    [DataRow("paused", ExitCode.Degraded)]
    [DataRow("troubled", ExitCode.Critical)]
    public async Task The_exit_code_tells_the_verdict_if_asked(string name, int expected)
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Of(name);
        Assert.AreEqual(expected, (await agent.RunAsync("status", "--exit-code")).Code);
        Assert.AreEqual(ExitCode.Ok, (await agent.RunAsync("status")).Code);
    }

    [TestMethod]
    public async Task One_unit_can_be_shown_and_an_unknown_one_is_a_fault()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Samples.Paused;
        var one = await agent.RunAsync("status", "lonely");
        StringAssert.Contains(one.Output, "tank:lonely");
        Assert.IsFalse(one.Output.Contains("tank:db ", StringComparison.Ordinal), one.Output);
        var none = await agent.RunAsync("status", "nosuch");
        Assert.AreEqual(ExitCode.Failed, none.Code);
        StringAssert.Contains(none.Error, "hint:");
    }

    [TestMethod]
    public async Task Yaml_quotes_what_readers_take_for_a_boolean()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("status", "-o", "yaml");
        StringAssert.Contains(run.Output, "verdict: ok");
        StringAssert.Contains(run.Output, "reachable: \"yes\"");
    }

    [TestMethod]
    public async Task Watching_shows_again_until_it_is_interrupted()
    {
        await using var agent = await FakeAgent.StartAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        var run = await new CliTerminal().RunAsync(["status", "--watch", "-o", "json", "--socket", agent.Socket], stop.Token);
        Assert.AreEqual(ExitCode.Interrupted, run.Code);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.IsGreaterThanOrEqualTo(2, lines.Length);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.AreEqual("nodeagent/1", json.RootElement.GetProperty("apiVersion").GetString());
        }
    }

    private static ClusterStatus Of(string name) => name switch
    {
        "healthy" => Samples.Healthy,
        "empty" => Samples.Empty,
        "troubled" => Samples.Troubled,
        "sending" => Samples.Sending,
        "moving" => Samples.Moving,
        "kept" => Samples.Kept,
        "left-out" => Samples.LeftOut,
        "crowded" => Samples.Crowded,
        "copying" => Samples.Copying,
        _ => Samples.Paused,
    };
}
