using NodeAgent.Cluster.Setup;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class EtcdSetupTests
{
    private static readonly EtcdSeat A = new("a", "10.0.0.1");
    private static readonly EtcdSeat B = new("b", "10.0.0.2");
    private static readonly EtcdSeat Witness = new("w", "fd00::3");

    [TestMethod]
    public void Two_nodes_and_a_witness_are_an_etcd_with_TLS_on_both_sides()
    {
        var text = new EtcdSetup(A, [A, B, Witness], Joining: false, "c1").Environment("/etc/nodeagent/peers").Value;
        StringAssert.Contains(text, "ETCD_INITIAL_CLUSTER=a=https://10.0.0.1:7412,b=https://10.0.0.2:7412,w=https://[fd00::3]:7412\n");
        StringAssert.Contains(text, "ETCD_INITIAL_CLUSTER_STATE=new\n");
        StringAssert.Contains(text, "ETCD_CLIENT_CERT_AUTH=true\n");
        StringAssert.Contains(text, "ETCD_PEER_CLIENT_CERT_AUTH=true\n");
    }

    [TestMethod]
    public void Who_joins_says_so() =>
        StringAssert.Contains(new EtcdSetup(B, [A, B], Joining: true, "c1").Environment("/c").Value, "ETCD_INITIAL_CLUSTER_STATE=existing\n");

    [TestMethod]
    public void All_that_is_wrong_is_said_at_once()
    {
        var why = new EtcdSetup(A, [B, new("B!", "nowhere")], Joining: false, "c1").Check()!.Why;
        foreach (var part in new[] { "B!", "nowhere", "a is not among", "witness" })
        {
            StringAssert.Contains(why, part);
        }
    }
}
