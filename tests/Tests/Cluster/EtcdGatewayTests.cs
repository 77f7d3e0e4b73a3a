using NodeAgent.Cluster.Etcd;

namespace NodeAgent.Tests.Cluster;

/// <summary>Which member is asked.</summary>
[TestClass]
public sealed class EtcdGatewayTests
{
    private static readonly Uri[] Members = [new("http://127.0.0.1:1"), new("http://127.0.0.2:1"), new("http://127.0.0.3:1")];

    [TestMethod]
    public void Questions_that_one_member_left_unanswered_together_leave_that_member_and_no_other()
    {
        using var gateway = new EtcdGateway(new EtcdOptions(Members), TimeProvider.System, () => 0);
        var asked = gateway.Current;
        for (var question = 0; question < Members.Length; question++)
        {
            gateway.MoveOn(asked);
        }

        Assert.AreEqual(Members[1], gateway.Current);
        gateway.MoveOn(Members[1]);
        gateway.MoveOn(Members[2]);
        Assert.AreEqual(Members[0], gateway.Current, "after the last comes the first");
    }
}
