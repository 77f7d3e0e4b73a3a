using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ServiceConfigTests
{
    [TestMethod]
    public void Everything_that_is_written_arrives_in_its_order()
    {
        var config = ConfigFiles.ReadText(ConfigFiles.Everything).Config!;
        var db = config.Services[0];
        Assert.AreEqual(new UnitId(new BackendId("tank"), "db"), db.Units.Single());
        Assert.AreEqual("address postgres", string.Join(' ', db.Parts.Select(part => part.Name)));
        Assert.AreEqual(("heartbeat:IPaddr2", "10.0.0.99"), (db.Parts[0].What, db.Parts[0].Parameters["ip"]));
        Assert.AreEqual((90, 20), ((int)db.Parts[1].StartTimeout.TotalSeconds, (int)db.Parts[1].StopTimeout.TotalSeconds));
        Assert.AreEqual("n1 n2", string.Join(' ', db.Nodes));
        Assert.AreEqual((TimeSpan.Zero, 1, 2, true, "web"), (db.RpoLimit, db.RestartLimit, db.MoveLimit, db.FailBack, db.Apart.Single()));
        var board = config.Fencing.Single();
        Assert.AreEqual(
            ("n2-board", "n2", "fence_ipmilan", 1, "10.0.2.12", "/etc/nodeagent/n2.secrets"),
            (board.Name, board.Node.Value, board.Agent, board.Level, board.Options["ip"], board.Secrets));
    }

    [TestMethod]
    public void What_is_not_written_has_its_default()
    {
        var web = ConfigFiles.ReadText(ConfigFiles.Everything).Config!.Services[1];
        Assert.AreEqual(
            (TimeSpan.FromMinutes(2), 3, 3, false, 0, 0, 0),
            (web.RpoLimit, web.RestartLimit, web.MoveLimit, web.FailBack, web.Nodes.Count, web.Units.Count, web.With.Count));
        Assert.AreEqual((PartKind.Machine, 60.0, 30.0), (web.Parts[0].Kind, web.Parts[0].StartTimeout.TotalSeconds, web.Parts[0].StopTimeout.TotalSeconds));
        Assert.IsEmpty(ConfigFiles.ReadText("node: { name: n1 }").Config!.Services);
    }

    [TestMethod]
    [DataRow("{ name: a }", "has neither units nor parts")]
    [DataRow("{ name: a, units: [nothing] }", "is not a unit")]
    [DataRow("{ name: a, units: [x:u, x:u] }", "belongs to service 'a' already")]
    [DataRow("{ name: a, units: [x:u], with: [a] }", "names the service itself")]
    [DataRow("{ name: a, units: [x:u], with: [b] }", "there is no service 'b'")]
    [DataRow("{ name: a, units: [x:u], nodes: [n1, n1] }", "names 'n1' twice")]
    [DataRow("{ name: a, units: [x:u], rpo_limit: 8d }", "out of range")]
    [DataRow("{ name: a, parts: [{ name: p, kind: sysv, what: x }] }", "is not a choice")]
    [DataRow("{ name: a, parts: [{ name: p, kind: systemd, what: postgresql }] }", "is not of kind systemd")]
    [DataRow("{ name: a, parts: [{ name: p, kind: systemd, what: '../x.service' }] }", "is not of kind systemd")]
    [DataRow("{ name: a, parts: [{ name: p, kind: ocf, what: IPaddr2 }] }", "is not of kind ocf")]
    [DataRow("{ name: a, parts: [{ name: p, kind: machine, what: '99' }] }", "is not of kind machine")]
    [DataRow("{ name: a, parts: [{ name: p, kind: machine, what: '101', parameters: { x: y } }] }", "only resource agents have parameters")]
    [DataRow("{ name: a, parts: [{ name: p, kind: systemd }] }", "is missing")]
    [DataRow("{ name: a, parts: [{ name: p, kind: systemd, what: x.service }, { name: p, kind: systemd, what: y.service }] }", "there are two with the name 'p'")]
    public void A_service_that_cannot_be_is_told_with_its_place(string service, string wrong) =>
        Told($"services:\n  - {service}\n", wrong);

    [TestMethod]
    [DataRow("{ name: d, node: n2, agent: ipmilan }", "is not a fence agent")]
    [DataRow("{ name: d, node: n2 }", "is missing")]
    [DataRow("{ name: d, node: n2, agent: fence_x, options: { passwd: hush } }", "is a secret")]
    [DataRow("{ name: d, node: n2, agent: fence_x, options: { action: 'on' } }", "is set by NodeAgent itself")]
    [DataRow("{ name: d, node: n2, agent: fence_x, options: { ip: \"a\\nb\" } }", "cannot be handed to an agent")]
    [DataRow("{ name: d, node: n2, agent: fence_x, level: 0 }", "out of range")]
    [DataRow("{ name: d, node: n2, agent: fence_x, secrets: here }", "is not an absolute path")]
    public void A_fence_device_that_cannot_be_is_told_with_its_place(string device, string wrong)
    {
        Told($"fencing:\n  - {device}\n", wrong);
    }

    private static void Told(string text, string wrong)
    {
        var reading = ConfigFiles.ReadText("node: { name: n1 }\n" + text);
        var problem = reading.Problems.First(one => one.Severity == ProblemSeverity.Error);
        StringAssert.Contains(problem.Message, wrong);
        Assert.AreEqual(3, problem.Line, problem.ToString());
        Assert.DoesNotContain("hush", problem.ToString());
        Assert.IsFalse(string.IsNullOrWhiteSpace(problem.Remedy));
        Assert.IsNull(reading.Config);
    }
}
