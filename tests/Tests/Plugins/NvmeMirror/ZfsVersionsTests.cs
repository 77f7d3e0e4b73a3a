using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class ZfsVersionsTests
{
    [TestMethod]
    [DataRow("2.3.0", 1)]
    [DataRow("2.3.5-1", 1)]
    [DataRow("2.3.6", 2)]
    [DataRow("2.3.8-1~bpo12", 2)]
    [DataRow("zfs-kmod-2.3.9-0+deb13u1", 3)]
    [DataRow("2.3.10", 0)]
    [DataRow("2.3.99-1", 0)]
    [DataRow("2.4.5", 0)]
    [DataRow("2.4.99-1", 0)]
    [DataRow("2.3.9~rc1-1", 0)]
    [DataRow("2.4.4rc2", 0)]
    [DataRow("2.4.0-1", 1)]
    [DataRow("2.4.1", 2)]
    [DataRow("2.4.3-pve1", 2)]
    [DataRow("2.4.4", 3)]
    [DataRow("2.2.9", 0)]
    [DataRow("2.5.0", 0)]
    [DataRow("3.0.0", 0)]
    [DataRow("2.4.0-rc1", 0)]
    [DataRow("2.4", 0)]
    [DataRow("git-4711", 0)]
    [DataRow("", 0)]
    public void Each_version_has_its_rule_and_others_are_unknown(string version, int rule) =>
        Assert.AreEqual((ClaimRule)rule, ZfsVersions.RuleOf(version));

    [TestMethod]
    public void Of_module_and_programs_the_one_that_allows_less_counts()
    {
        Assert.AreEqual(ClaimRule.Reclaim, ZfsVersions.RuleOf("2.3.9", "2.4.4"));
        Assert.AreEqual(ClaimRule.Refused, ZfsVersions.RuleOf("2.3.5", "2.3.9"));
        Assert.AreEqual(ClaimRule.Unknown, ZfsVersions.RuleOf("2.3.9", "2.5.0"));
    }

    [TestMethod]
    public void Only_what_was_looked_at_may_run()
    {
        Assert.IsNull(ZfsVersions.AgainstPlanned(ClaimRule.Reclaim));
        foreach (var other in new[] { ClaimRule.Unknown, ClaimRule.Unclaimed, ClaimRule.Refused })
        {
            Assert.Contains("2.3.9", ZfsVersions.AgainstPlanned(other)!);
        }
    }
}
