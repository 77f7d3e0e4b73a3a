using System.Text.Json.Nodes;
using NodeAgent.Plugins.CephBackend.Health;

namespace NodeAgent.Tests.Plugins.CephBackend;

[TestClass]
public sealed class GlanceTests
{
    private const string Well = """
        {"health":{"status":"HEALTH_WARN","checks":{"PG_DEGRADED":{"summary":{"message":"345 objects","count":8}},"POOL_FULL":{"summary":{"message":"1 pool","count":1}}}},
         "quorum_names":["m1","m2","m3"],"monmap":{"num_mons":3},"osdmap":{"epoch":7,"num_osds":3,"num_up_osds":3,"num_in_osds":3},"mgrmap":{"available":true},
         "pgmap":{"pgs_by_state":[{"state_name":"active+clean","count":24}],"bytes_used":1000}}
        """;

    [TestMethod]
    [DataRow("\"num_up_osds\":3", "\"num_up_osds\":2")]
    [DataRow("\"m1\",\"m2\",\"m3\"", "\"m1\",\"m2\"")]
    [DataRow("HEALTH_WARN", "HEALTH_ERR")]
    [DataRow("PG_DEGRADED", "SLOW_OPS")]
    [DataRow("\"1 pool\",\"count\":1", "\"2 pools\",\"count\":2")]
    [DataRow("\"available\":true", "\"available\":false")]
    [DataRow("active+clean", "undersized+degraded+peered")]
    public void What_happens_is_worth_a_look(string before, string after) => Assert.AreNotEqual(Of(Well), Of(Well.Replace(before, after, StringComparison.Ordinal)));

    [TestMethod]
    [DataRow("\"count\":8", "\"count\":7")]
    [DataRow("345 objects", "344 objects")]
    [DataRow("\"bytes_used\":1000", "\"bytes_used\":2000")]
    [DataRow("\"epoch\":7", "\"epoch\":8")]
    [DataRow("active+clean", "active+recovering")]
    public void What_moves_all_the_time_is_not(string before, string after)
    {
        Assert.Contains(before, Well);
        Assert.AreEqual(Of(Well), Of(Well.Replace(before, after, StringComparison.Ordinal)));
    }

    private static string Of(string status) => Glance.Of(JsonNode.Parse(status)!);
}
