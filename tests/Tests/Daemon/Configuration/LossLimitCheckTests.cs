using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Configuration;

/// <summary>A limit that copies cannot keep is told with numbers, and is no error.</summary>
[TestClass]
public sealed class LossLimitCheckTests
{
    [TestMethod]
    [DataRow("rpo_limit: 10s", "", "is 10 s, and a lost node may write until its lease of 10 s has ended: no copy can be new enough")]
    [DataRow("rpo_limit: 83s", "", "with copies made every 60 s, looked at every 10 s, and a lease of 10 s, up to 83.8 s may be lost: some takeovers wait")]
    [DataRow("nodes: [n1, n2]", "failover: { device: 72s }", "is 120 s, and with copies made every 60 s, looked at every 10 s, and a lease of 78 s")]
    [DataRow("rpo_limit: 60s", "failover: { device: 72s }", "no copy can be new enough")]
    public void A_limit_below_what_a_copy_can_be_old_is_told_before_it_is_needed(string service, string more, string told)
    {
        var problem = Read("zfs", service, more).Problems.Single();
        Assert.AreEqual((ProblemSeverity.Warning, "services[db].rpo_limit"), (problem.Severity, problem.Field));
        StringAssert.Contains(problem.Message, told);
        StringAssert.Contains(problem.Remedy, "replication.interval");
    }

    [TestMethod]
    [DataRow("zfs", "rpo_limit: 84s", "")]
    [DataRow("zfs", "rpo_limit: 0s", "")]
    [DataRow("zfs", "nodes: [n1], rpo_limit: 10s", "")]
    [DataRow("zfs", "rpo_limit: 30s", "replication: { interval: 5s }")]
    [DataRow("directory", "rpo_limit: 10s", "")]
    public void A_limit_that_copies_keep_or_that_means_to_ask_is_not_told(string plugin, string service, string more)
    {
        var reading = Read(plugin, service, more);
        Assert.IsEmpty(reading.Problems, string.Join(' ', reading.Problems));
    }

    private static ConfigReading Read(string plugin, string service, string more) => ConfigFiles.ReadText(
        $"node: {{ name: n1 }}\nbackends: [{{ id: tank, plugin: {plugin}, options: {{ {(plugin == "zfs" ? "root: tank/x" : "path: /srv/x")} }} }}]\n"
        + $"services:\n  - {{ name: db, units: [tank:db], {service} }}\n{more}\n");
}
