using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Rehearsals;

[TestClass]
public sealed class RehearsalFileTests
{
    private const string Nodes = "nodes: [{ name: n1 }, { name: n2 }, { name: n3 }]\n";

    [TestMethod]
    public void Everything_that_is_written_arrives()
    {
        var reading = RehearsalText.Read(RehearsalText.Everything);
        Assert.IsEmpty(reading.Problems.Where(problem => problem.Severity == ProblemSeverity.Error), string.Join('\n', reading.Problems));
        var plan = reading.Plan!;
        Assert.AreEqual((4.0, 4.0, 100.0, 20.0, 7L), (plan.Choice.Stall.TotalSeconds, plan.Choice.Device.TotalSeconds, plan.Length.TotalSeconds, plan.Boot.TotalSeconds, plan.Seed));
        Assert.AreEqual((90.0, -400.0), (plan.CalmFrom!.Value.TotalSeconds, plan.Nodes[4].ClockError));
        Assert.AreEqual("n1 n2 n3 w1 n4", string.Join(' ', plan.Nodes.Select(node => node.Name)));
        Assert.AreEqual("n1 n2", string.Join(' ', plan.Nodes.Where(node => node.CanBeFenced).Select(node => node.Name)));
        Assert.AreEqual("n3", plan.Nodes.Single(node => !node.IsOn).Name);
        Assert.AreEqual("w1", plan.Nodes.Single(node => !node.HasAgent).Name);
        Assert.AreEqual("n4", plan.Nodes.Single(node => !node.HasVote).Name);
        var db = plan.Services[0];
        Assert.AreEqual(
            ("n1 n2 n3", 30.0, 1, 2, true, false, NodeStopPolicy.Stop, true),
            (string.Join(' ', db.Policy.Nodes), db.Policy.LossLimit.TotalSeconds, db.Policy.RestartLimit, db.Policy.MoveLimit, db.Policy.FailsBack, db.Policy.Spreads, db.Policy.OnNodeStop, db.Policy.HasCopies));
        Assert.AreEqual(("n1", 10.0, false, WantedState.Running), (db.On, db.CopyEvery.TotalSeconds, db.IsNew, db.Wanted));
        Assert.AreEqual((1.0, 2.0), (db.OpenTakes!.Value.TotalSeconds, db.StartTakes!.Value.TotalSeconds));
        Assert.AreEqual(("db", true, false, false), (plan.Services[1].Policy.With.Single(), plan.Services[1].Policy.Spreads, plan.Services[1].Policy.HasCopies, plan.Services[1].Policy.StorageExcludes));
        Assert.AreEqual(("db", true, WantedState.Stopped), (plan.Services[2].Policy.Apart.Single(), plan.Services[2].Policy.StorageExcludes, plan.Services[2].Wanted));
        Assert.AreEqual(
            "FailStart FailStop FailPromote PowerOff CutPair RestorePair PowerOn Move Freeze StartService",
            string.Join(' ', plan.Happenings.Select(happening => happening.Kind)));
    }

    [TestMethod]
    public void What_is_not_written_has_its_default()
    {
        var plan = RehearsalText.Read(Nodes + "services: [{ name: db }]\nsteps: [{ at: 1m, do: power-off, node: n1 }]").Plan!;
        Assert.AreEqual((4.0, 4.0, 30.0, 240.0, 1L), (plan.Choice.Stall.TotalSeconds, plan.Choice.Device.TotalSeconds, plan.Boot.TotalSeconds, plan.Length.TotalSeconds, plan.Seed));
        Assert.IsTrue(plan.Nodes.All(node => node is { IsOn: true, IsConnected: true, IsDrained: false, HasWatchdog: true, CanBeFenced: false, HasAgent: true, HasVote: true }));
        var db = plan.Services.Single();
        Assert.AreEqual("n1 n2 n3", string.Join(' ', db.Policy.Nodes));
        Assert.AreEqual((120.0, 3, 3, false, 60.0), (db.Policy.LossLimit.TotalSeconds, db.Policy.RestartLimit, db.Policy.MoveLimit, db.Policy.FailsBack, db.CopyEvery.TotalSeconds));
    }

    [TestMethod]
    public void Json_works_too()
    {
        var plan = RehearsalText.Read("""{ "nodes": [ { "name": "n1" }, { "name": "n2", "fence": true }, { "name": "n3" } ], "services": [ { "name": "db" } ], "steps": [ { "at": "5s", "do": "reset", "node": "n2" } ] }""").Plan!;
        Assert.AreEqual((3, "db", HappeningKind.Reset), (plan.Nodes.Length, plan.Services.Single().Policy.Name, plan.Happenings.Single().Kind));
    }

    [TestMethod]
    [DataRow("services: []", 1, "nodes", "names no node that runs an agent")]
    [DataRow("nodes: [{ name: w, witness: true }]", 1, "nodes", "names no node that runs an agent")]
    [DataRow("nodes:\n- name: n1\n- name: n1", 3, "nodes[n1]", "there are two with the name 'n1'")]
    [DataRow("nodes:\n- name: N1", 2, "nodes[N1].name", "N1")]
    [DataRow("nodes:\n- power: on", 2, "nodes[0].name", "is missing")]
    [DataRow("nodes:\n- { name: n1, power: maybe }", 2, "nodes[n1].power", "maybe")]
    [DataRow("nodes:\n- { name: n1, vote: false }", 1, "nodes", "no node has a vote")]
    [DataRow("nodes: n1", 1, "nodes", "must be a list")]
    [DataRow("node:\n- name: n1", 1, "node", "is not a field")]
    [DataRow("nodes: [{ name: n1 }]\nsettings: { stall: 90s }", 2, "settings.stall", "90s")]
    [DataRow("nodes: [{ name: n1 }]\nsettings: { stall: 0.5s }", 2, "settings", "from 1 s to 60 s")]
    [DataRow("nodes: [{ name: n1 }]\nsettings: { device: 4m }", 2, "settings", "within four stall tolerances")]
    [DataRow("nodes: [{ name: n1 }]\nsettings: { length: 10s }\nsteps: [{ at: 20s, do: arm }]", 2, "settings.length", "ends before the last step")]
    [DataRow("nodes: [{ name: n1 }]\nsettings: { length: 10s, mend_at: 20s }", 2, "settings.mend_at", "is not before the end")]
    [DataRow("nodes:\n- name: n1\n- { name: w, witness: true, maintenance: true }", 3, "nodes[w].maintenance", "means nothing for a witness")]
    [DataRow("nodes:\n- name: n1\n- { name: w, witness: true, watchdog: false }", 3, "nodes[w].watchdog", "means nothing for a witness")]
    [DataRow("nodes:\n- name: n1\n- { name: w, witness: true, fence: true }", 3, "nodes[w].fence", "means nothing for a witness")]
    [DataRow("nodes:\n- name: n1\n- { name: w, witness: true, vote: false }", 3, "nodes[w].vote", "all that a witness is for")]
    [DataRow("nodes:\n- { name: n1, clock_error: 20000 }", 2, "nodes[n1].clock_error", "out of range")]
    public void A_wrong_cluster_is_told_with_its_place(string text, int line, string field, string wrong) => Told(text, line, field, wrong);

    [TestMethod]
    [DataRow("{ name: db, nodes: [n4] }", "services[db].nodes[0]", "there is no node 'n4'")]
    [DataRow("{ name: db, nodes: [n1, n1] }", "services[db].nodes", "names 'n1' twice")]
    [DataRow("{ name: db, nodes: [n1], node: n2 }", "services[db].node", "'n2' is not one of its nodes")]
    [DataRow("{ name: db, node: nn1 }", "services[db].node", "there is no node 'nn1'")]
    [DataRow("{ name: db, with: [web] }", "services[db].with[0]", "there is no service 'web'")]
    [DataRow("{ name: db, with: [db] }", "services[db].with", "names the service itself")]
    [DataRow("{ name: db, apart: [db] }", "services[db].apart", "names the service itself")]
    [DataRow("{ name: db, wanted: up }", "services[db].wanted", "up")]
    [DataRow("{ name: db, storage: local }", "services[db].storage", "is not a choice")]
    [DataRow("{ name: db, rpo_limit: 8d }", "services[db].rpo_limit", "out of range")]
    [DataRow("{ name: db, on_node_stop: moves }", "services[db].on_node_stop", "is not a choice")]
    [DataRow("{ name: db, move_limit: many }", "services[db].move_limit", "many")]
    [DataRow("{ name: db, nodes: [n1], fails: [{ node: n2, at: start }] }", "services[db].fails[0].node", "'n2' is not one of its nodes")]
    [DataRow("{ name: db, fails: [{ node: n9, at: start }] }", "services[db].fails[0].node", "there is no node 'n9'")]
    [DataRow("{ name: db, fails: [{ node: n1, at: sleep }] }", "services[db].fails[0].at", "is not a choice")]
    [DataRow("{ name: db, fails: [{ node: n1 }] }", "services[db].fails[0].at", "is missing")]
    [DataRow("{ name: db, colour: red }", "services[db].colour", "is not a field")]
    public void A_wrong_service_is_told_with_its_place(string service, string field, string wrong) => Told($"{Nodes}services:\n- {service}\n", 3, field, wrong);

    [TestMethod]
    public void Together_and_apart_at_once_is_told() =>
        Told($"{Nodes}services:\n- {{ name: a }}\n- {{ name: b, with: [a], apart: [a] }}", 4, "services[b].apart", "'a' is in 'with' too");

    [TestMethod]
    [DataRow("{ name: a, with: [b] }", "{ name: b, apart: [a] }", "brings 'a' beside 'b'")]
    [DataRow("{ name: a, nodes: [n1], with: [b] }", "{ name: b, nodes: [n2] }", "no node may run all of 'a', 'b'")]
    public void Rules_that_no_node_can_keep_are_told(string one, string other, string wrong) =>
        Told($"{Nodes}services:\n- {one}\n- {other}", 3, "services[a].with", wrong);

    [TestMethod]
    [DataRow("freeze")]
    [DataRow("reboot")]
    [DataRow("shutdown")]
    public void What_lasts_until_something_ends_it_needs_no_length(string word) =>
        Assert.IsNotNull(RehearsalText.Read($"{Nodes}steps: [{{ at: 1s, do: {word}, node: n1 }}]").Plan);

    [TestMethod]
    [DataRow("reboot")]
    [DataRow("shutdown")]
    public void A_witness_is_updated_like_any_box(string word) =>
        Assert.IsNotNull(RehearsalText.Read($"nodes: [{{ name: n1 }}, {{ name: n2 }}, {{ name: w, witness: true }}]\nsteps: [{{ at: 1s, do: {word}, node: w }}]").Plan);

    [TestMethod]
    [DataRow("{ do: arm }", "at", "is missing")]
    [DataRow("{ at: 1s }", "do", "is missing")]
    [DataRow("{ at: soon, do: arm }", "at", "soon")]
    [DataRow("{ at: 1s, do: explode, node: n1 }", "do", "explode")]
    [DataRow("{ at: 1s, do: power_off, node: n1 }", "do", "power_off")]
    [DataRow("{ at: 1s, do: power-off }", "node", "is missing for 'power-off'")]
    [DataRow("{ at: 1s, do: power-off, node: n7 }", "node", "there is no node 'n7'")]
    [DataRow("{ at: 1s, do: power-off, node: n1, service: db }", "service", "means nothing for 'power-off'")]
    [DataRow("{ at: 1s, do: power-off, node: n1, other: n2 }", "other", "means nothing for 'power-off'")]
    [DataRow("{ at: 1s, do: arm, for: 3s }", "for", "means nothing for 'arm'")]
    [DataRow("{ at: 1s, do: cut, node: n1, other: n1 }", "other", "is the same node")]
    [DataRow("{ at: 1s, do: cut-one-way, node: n1 }", "other", "is missing for 'cut-one-way'")]
    [DataRow("{ at: 1s, do: stall, node: n1 }", "for", "is missing for 'stall'")]
    [DataRow("{ at: 1s, do: move, service: db }", "node", "is missing for 'move'")]
    [DataRow("{ at: 1s, do: stop, service: dbb }", "service", "there is no service 'dbb'")]
    [DataRow("{ at: 1s, do: restart-agent, node: w }", "node", "is a witness")]
    [DataRow("{ at: 1s, do: freeze, node: n1, for: 0s }", "for", "is no time at all")]
    public void A_wrong_step_is_told_with_its_place(string step, string field, string wrong) =>
        Told($"nodes: [{{ name: n1 }}, {{ name: n2 }}, {{ name: w, witness: true }}]\nservices: [{{ name: db }}]\nsteps:\n- {{ at: 1s, do: disarm }}\n- {step}\n", 5, $"steps[1].{field}", wrong);

    [TestMethod]
    public void All_errors_are_told_at_once_and_in_order()
    {
        var reading = RehearsalText.Read("nodes:\n- { name: n1, power: half }\nservices:\n- { name: db, nodes: [n2] }\nsteps:\n- { at: 1s, do: stop }\n- { at: 2s, do: jump }\n");
        Assert.IsNull(reading.Plan);
        Assert.AreEqual("2 4 6 7", string.Join(' ', reading.Problems.Select(problem => problem.Line)), string.Join('\n', reading.Problems));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("nodes: [")]
    [DataRow("- n1")]
    [DataRow("nodes: &a [{ name: n1 }]")]
    public void What_is_no_such_file_is_told(string text)
    {
        var reading = RehearsalText.Read(text);
        Assert.IsNull(reading.Plan);
        Assert.IsNotEmpty(reading.Problems);
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_told()
    {
        using var folder = new TempFolder();
        var problem = RehearsalFile.Read(folder["none.yaml"]).Problems.Single();
        Assert.AreEqual((folder["none.yaml"], ProblemSeverity.Error), (problem.File, problem.Severity));
    }

    [TestMethod]
    public void An_even_number_of_votes_is_a_warning()
    {
        var reading = RehearsalText.Read("nodes: [{ name: n1 }, { name: n2 }]");
        Assert.IsNotNull(reading.Plan);
        StringAssert.Contains(reading.Problems.Single().Message, "2 votes bear the loss of 0, no more than 1 would");
    }

    private static void Told(string text, int line, string field, string wrong)
    {
        var reading = RehearsalText.Read(text);
        Assert.IsNull(reading.Plan);
        var told = reading.Problems.FirstOrDefault(problem => problem.Field == field && problem.Message.Contains(wrong, StringComparison.Ordinal));
        Assert.IsNotNull(told, string.Join('\n', reading.Problems));
        Assert.AreEqual(line, told.Line, told.ToString());
        Assert.AreNotEqual("", told.Remedy);
    }
}
