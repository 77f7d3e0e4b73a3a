using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Linux.Peers;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>Who may ask what.</summary>
[TestClass]
public sealed class AccessRuleTests
{
    private static readonly AccessRule Rule = new(Owner: 990, Readers: 55);

    [TestMethod]
    [DataRow(0u, 0u, "GET", true)]
    [DataRow(0u, 0u, "POST", true)]
    [DataRow(990u, 990u, "POST", true)]
    [DataRow(1000u, 55u, "GET", true)]
    [DataRow(1000u, 55u, "POST", false)]
    [DataRow(1000u, 55u, "DELETE", false)]
    [DataRow(1000u, 55u, "HEAD", false)]
    [DataRow(1000u, 1000u, "GET", false)]
    [DataRow(55u, 1000u, "GET", false)]
    [DataRow(uint.MaxValue, uint.MaxValue, "GET", false)]
    public void The_user_and_its_groups_decide(uint user, uint group, string method, bool isAllowed)
    {
        var refusal = Rule.Refusal(new PeerCredentials(1, user, group, []), method);
        Assert.AreEqual(isAllowed, refusal is null);
        Assert.AreEqual(isAllowed ? null : FaultCode.PermissionDenied, refusal?.Code);
    }

    [TestMethod]
    public void A_further_group_counts_as_the_main_one() =>
        Assert.IsNull(Rule.Refusal(new PeerCredentials(1, 1000, 1000, [4, 55]), "GET"));

    [TestMethod]
    public void Without_a_group_only_the_owner_and_root_read()
    {
        var rule = Rule with { Readers = null };
        Assert.IsNotNull(rule.Refusal(new PeerCredentials(1, 1000, 0, []), "GET"));
        Assert.IsNull(rule.Refusal(new PeerCredentials(1, 990, 990, []), "GET"));
    }

    [TestMethod]
    public void Who_is_not_known_may_nothing()
    {
        var refusal = Rule.Refusal(null, "GET");
        StringAssert.Contains(refusal?.What, "user ?");
    }

    [TestMethod]
    public void A_reader_is_told_that_it_may_only_read() =>
        Assert.AreEqual("the group nodeagent may only read", Rule.Refusal(new PeerCredentials(1, 1000, 55, []), "POST")?.Why);
}
