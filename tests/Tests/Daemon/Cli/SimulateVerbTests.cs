using System.Text.Json;
using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>What an operator sees of a rehearsal.</summary>
[TestClass]
public sealed class SimulateVerbTests
{
    private const string Cluster = """
        nodes: [{ name: n1 }, { name: n2, fence: true }, { name: n3 }]
        services: [{ name: db, nodes: [n1, n2, n3], copy_every: 10s }]
        steps:

        """;

    // The agent stands still, its service goes on, and the watchdog that was attested does nothing.
    private const string Broken = Cluster + """
          - { at: 10s, do: watchdog-fails, node: n1 }
          - { at: 60s, do: freeze, node: n1 }
        """;

    [TestMethod]
    public async Task A_power_cut_shows_where_the_service_goes_who_is_fenced_and_what_it_costs()
    {
        var run = await SimulateAsync(Cluster + "  - { at: 65s, do: power-off, node: n1 }");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        foreach (var seen in new[] { "--- power-off", "takes db: n2", "CLUSTER armed", "DECLARED FENCED", "LeaseExpired: the lease of n1 ended" })
        {
            StringAssert.Contains(run.Output, seen);
        }

        StringAssert.Matches(run.Output, new(@"db +running +n2 +3 "));
        Assert.DoesNotContain("BROKEN", run.Output);
    }

    [TestMethod]
    public async Task A_reset_is_shown_with_its_reason()
    {
        var run = await SimulateAsync(Cluster + "  - { at: 65s, do: freeze, node: n1 }");
        StringAssert.Matches(run.Output, new(@"RESET +AT +WHY\nn1 +7\d.* its watchdog was not fed"));
    }

    [TestMethod]
    public async Task A_broken_promise_is_shown_and_ends_with_one()
    {
        var run = await SimulateAsync(Broken);
        Assert.AreEqual(ExitCode.Failed, run.Code, run.Error);
        StringAssert.Contains(run.Output, "one writer: db is written by n1");
    }

    [TestMethod]
    public async Task A_wrong_file_ends_with_78_and_all_its_errors()
    {
        var run = await SimulateAsync("nodes: [{ name: n1 }]\nsteps:\n- { at: 1s, do: sing }\n- { at: 1s, do: reset }\n");
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        Assert.AreEqual("", run.Output);
        StringAssert.Contains(run.Error, "plan.yaml:3:");
        StringAssert.Contains(run.Error, "plan.yaml:4:");
        StringAssert.Contains(run.Error, "steps[1].node");
        Assert.DoesNotContain("   at ", run.Error);
        Assert.AreEqual(ExitCode.BadConfiguration, (await CliRun.RunAsync("simulate", "/nonexistent/plan.yaml")).Code);
    }

    [TestMethod]
    public async Task Machines_read_what_is_wrong_with_a_file()
    {
        var run = await SimulateAsync("nodes: [{ name: n1 }]\nsteps:\n- { at: 1s, do: sing }\n- { at: 1s, do: reset }\n", "-o", "json");
        Assert.AreEqual((ExitCode.BadConfiguration, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        Assert.IsFalse(json.RootElement.GetProperty("isValid").GetBoolean());
        var fields = json.RootElement.GetProperty("problems").EnumerateArray().Select(problem => (problem.GetProperty("line").GetInt32(), problem.GetProperty("field").GetString())).ToList();
        CollectionAssert.Contains(fields, (3, "steps[0].do"));
        CollectionAssert.Contains(fields, (4, "steps[1].node"));
    }

    [TestMethod]
    public async Task A_file_that_is_missing_or_empty_needs_something_in_it()
    {
        var (missing, empty) = (await CliRun.RunAsync("simulate", "/nonexistent/plan.yaml"), await SimulateAsync(""));
        Assert.AreEqual((ExitCode.BadConfiguration, ExitCode.BadConfiguration), (missing.Code, empty.Code));
        StringAssert.Contains(missing.Error, "there is no such file. Check the path, or create it: nodes, services and steps; nodeagent-simulate(5) has an example");
        StringAssert.Contains(empty.Error, "is empty. Write into it: nodes, services and steps; nodeagent-simulate(5) has an example");
        Assert.DoesNotContain("default", missing.Error + empty.Error);
    }

    [TestMethod]
    public async Task Power_that_is_lost_while_a_node_boots_keeps_it_off()
    {
        var run = await SimulateAsync(Cluster + "  - { at: 30s, do: reset, node: n1 }\n  - { at: 40s, do: power-off, node: n1 }");
        StringAssert.Contains(run.Output, "n1       loses power");
        Assert.DoesNotContain("has booted", run.Output);
        StringAssert.Matches(run.Output, new(@"n1 +off +absent"));
    }

    [TestMethod]
    public async Task A_node_that_gets_power_boots_for_as_long_as_is_said()
    {
        var run = await SimulateAsync("settings: { boot: 20m, length: 10m }\n" + Cluster + "  - { at: 30s, do: power-off, node: n1 }\n  - { at: 60s, do: power-on, node: n1 }");
        Assert.DoesNotContain("has booted", run.Output);
        StringAssert.Matches(run.Output, new(@"n1 +booting +absent"));
    }

    [TestMethod]
    public async Task Disks_that_hang_are_believed_lost_when_the_agent_believes_it()
    {
        const string Hang = Cluster + "  - { at: 31s, do: hang, service: db, node: n1 }";
        foreach (var (settings, at) in new[] { ("", "95.000 s"), ("settings: { hang_limit: 30s }\n", "65.000 s") })
        {
            StringAssert.Contains((await SimulateAsync(settings + Hang)).Output, $"{at}  n1       failed db: its disks answer nothing");
        }

        Assert.AreEqual(ExitCode.BadConfiguration, (await SimulateAsync("settings: { hang_limit: 5s }\n" + Hang)).Code);
    }

    [TestMethod]
    public async Task An_agent_that_stands_still_does_not_hold_a_lease_that_ended()
    {
        var run = await SimulateAsync("nodes: [{ name: n1, watchdog: false }, { name: n2 }, { name: n3 }]\nservices: [{ name: db, node: n1 }]\nsteps: [{ at: 30s, do: freeze, node: n1 }]\n");
        StringAssert.Matches(run.Output, new(@"n1 +on +\w+ +ended"));
    }

    [TestMethod]
    public async Task Without_the_timeline_only_the_end_is_shown()
    {
        var run = await SimulateAsync(Cluster + "  - { at: 65s, do: power-off, node: n1 }", "--no-timeline");
        Assert.DoesNotContain("---", run.Output);
        StringAssert.Contains(run.Output, "DECLARED FENCED");
    }

    [TestMethod]
    public async Task The_same_file_gives_the_same_words()
    {
        var (one, other) = (await SimulateAsync(Broken), await SimulateAsync(Broken));
        Assert.AreEqual(one.Output, other.Output);
    }

    [TestMethod]
    public async Task Json_member_names_are_an_interface()
    {
        var shape = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in new[] { Broken, Cluster + "  - { at: 65s, do: power-off, node: n1 }\n  - { at: 65s, do: stop, service: db }\n  - { at: 66s, do: reset, node: n3 }" })
        {
            using var json = JsonDocument.Parse((await SimulateAsync(text, "-o", "json")).Output);
            Shape.Add(json.RootElement, "simulate", shape);
        }

        Golden.Check("simulate-members.txt", string.Join('\n', shape) + "\n");
    }

    [TestMethod]
    public async Task Machines_read_what_people_see()
    {
        using var json = JsonDocument.Parse((await SimulateAsync(Cluster + "  - { at: 65s, do: power-off, node: n1 }", "-o", "json")).Output);
        var end = json.RootElement;
        var db = end.GetProperty("services")[0];
        Assert.AreEqual(
            ("armed", "db", "running", "n2"),
            (end.GetProperty("cluster").GetString(), db.GetProperty("name").GetString(), db.GetProperty("state").GetString(), db.GetProperty("node").GetString()));
        Assert.AreEqual("off", end.GetProperty("nodes")[0].GetProperty("power").GetString());
        Assert.AreEqual("n1", end.GetProperty("fenced")[0].GetProperty("node").GetString());
        Assert.AreEqual((0, 0), (end.GetProperty("violations").GetArrayLength(), end.GetProperty("resets").GetArrayLength()));
        Assert.IsGreaterThan(10, end.GetProperty("timeline").GetArrayLength());
    }

    private static async Task<CliRun> SimulateAsync(string text, params string[] options)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["plan.yaml"], text);
        return await CliRun.RunAsync(["simulate", folder["plan.yaml"], .. options]);
    }
}
