using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>What destroys asks for the name, and where nobody can be asked it refuses.</summary>
[TestClass]
public sealed class DangerTests
{
    public static IEnumerable<object[]> Dangers =>
    [
        ["volume delete db", "db", "volumes/delete"],
        ["drill shop", "shop", "drill"],
        ["drain n2 --force", "n2", "service/order"],
        ["kept delete db-kept-3", "db-kept-3", "kept/delete"],
        ["unit adopt db", "db", "units/adopt"],
        ["ceph plan --hot quick --apply", "ceph", "pools/apply"],
        ["ceph mirror promote db --force", "db promote", "sites/apply"],
        ["ceph mirror resync db", "db resync", "sites/apply"],
        ["ceph mirror disable db", "db disable", "sites/apply"],
        ["drive replace old --with new", "new", "drives/replace"],
        ["volume resolve db --keep n1", "db n1", "volumes/resolve"],
        ["snapshot rollback db@one", "db@one", "snapshots/rollback"],
        ["replication rebuild db --peer n2", "db", "replication/rebuild"],
        ["replication remove db --peer n2", "db", "replication/remove"],
        ["cluster remove n2", "n2", "cluster/remove"],
        ["cluster store remove n2", "n2", "cluster/store/remove"],
    ];

    [TestMethod]
    [DynamicData(nameof(Dangers))]
    public async Task Without_a_terminal_and_without_yes_it_is_refused(string line, string name, string order)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync(line.Split(' '));
        Assert.AreEqual(ExitCode.Refused, run.Code);
        StringAssert.Contains(run.Error, "nobody can be asked here");
        StringAssert.Contains(run.Error, "hint: Give --yes.");
        Assert.IsFalse(agent.Orders.Any(given => given.Path == order), $"{name} was touched");
    }

    [TestMethod]
    [DynamicData(nameof(Dangers))]
    public async Task A_wrong_name_is_refused(string line, string name, string order)
    {
        await using var agent = await FakeAgent.StartAsync();
        var terminal = new CliTerminal { IsTerminal = true, Input = "y\n" };
        var run = await terminal.RunAsync([.. line.Split(' '), "--socket", agent.Socket]);
        Assert.AreEqual(ExitCode.Refused, run.Code);
        StringAssert.Contains(run.Error, $"Type '{name}' to go on: ");
        Assert.IsFalse(agent.Orders.Any(given => given.Path == order));
    }

    [TestMethod]
    [DynamicData(nameof(Dangers))]
    public async Task The_name_typed_lets_it_go_on(string line, string name, string order)
    {
        await using var agent = await FakeAgent.StartAsync();
        var terminal = new CliTerminal { IsTerminal = true, Input = name + "\n" };
        var run = await terminal.RunAsync([.. line.Split(' '), "--socket", agent.Socket]);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Assert.IsTrue(agent.Orders.Any(given => given.Path == order));
    }

    [TestMethod]
    [DynamicData(nameof(Dangers))]
    public async Task Yes_needs_nobody(string line, string name, string order)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync([.. line.Split(' '), "--yes"]);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Assert.IsTrue(agent.Orders.Any(given => given.Path == order), name);
    }

    [TestMethod]
    public async Task A_plan_to_adopt_asks_nobody_and_changes_nothing()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("unit", "adopt", "db", "--plan");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Output, "unit tank:db can be adopted, in epoch 3:");
        Assert.IsFalse(agent.Orders.Any(given => given.Path == "units/adopt"));
    }

    [TestMethod]
    public async Task A_plan_to_choose_shows_both_sides_and_asks_nobody()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("volume", "resolve", "db", "--keep", "n1", "--plan");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Output, "generation identifiers: A1:A0");
        StringAssert.Contains(run.Output, "can be kept: no, it is a plain volume");
        Assert.IsFalse(agent.Orders.Any(given => given.Path == "volumes/resolve"));
    }

    [TestMethod]
    public async Task A_rollback_plan_changes_nothing()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("snapshot", "rollback", "db@one", "--plan");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Error, "snapshots: two");
        Assert.IsFalse(agent.Orders.Any(given => given.Path == "snapshots/rollback"));
    }

    [TestMethod]
    public async Task A_rollback_is_of_the_plan_that_was_shown()
    {
        await using var agent = await FakeAgent.StartAsync();
        _ = await agent.RunAsync("snapshot", "rollback", "db@one", "--yes");
        StringAssert.Contains(agent.Orders.Single(given => given.Path == "snapshots/rollback").Body, "\"fingerprint\":\"print\"");
    }

    [TestMethod]
    [DataRow("db\ndb\n", false)]
    [DataRow("db\ndiscard n2\n", true)]
    public async Task What_no_other_node_may_have_is_asked_for_once_more(string typed, bool isDone)
    {
        await using var agent = await FakeAgent.StartAsync();
        var terminal = new CliTerminal { IsTerminal = true, Input = typed };
        var run = await terminal.RunAsync(["replication", "remove", "db", "--peer", "n2", "--discard", "--socket", agent.Socket]);
        Assert.AreEqual(isDone ? ExitCode.Ok : ExitCode.Refused, run.Code, run.Error);
        Assert.AreEqual(isDone, agent.Orders.Any(given => given.Path == "replication/remove" && given.Body.Contains("\"discard\":true", StringComparison.Ordinal)));
    }
}
