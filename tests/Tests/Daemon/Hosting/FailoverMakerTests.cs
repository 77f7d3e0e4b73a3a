using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Tests.Daemon.Configuration;

namespace NodeAgent.Tests.Daemon.Hosting;

[TestClass]
public sealed class FailoverMakerTests
{
    [TestMethod]
    [DataRow("[n1, n2]")]
    [DataRow("[n2]")]
    public void A_unit_of_a_service_belongs_to_it_also_where_the_service_may_not_run(string nodes)
    {
        using var files = new ConfigFiles();
        File.WriteAllText(files.Main, ConfigFiles.Everything.Replace("nodes: [n1, n2]", $"nodes: {nodes}", StringComparison.Ordinal)
            + "\nstore: { endpoints: [\"http://127.0.0.1:7411\"] }\n");
        var reading = files.Read();
        Assert.IsNotNull(reading.Config, string.Join('\n', reading.Problems));
        Assert.AreEqual("db", FailoverMaker.TenuresOf(reading.Config).ServiceOf(new UnitId(new BackendId("tank"), "db")), "else its former writer would go on without asking");
    }
}
