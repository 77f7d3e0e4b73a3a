using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Tests.Daemon.Plugins.Manifests;

[TestClass]
public sealed class PluginVersionTests
{
    [TestMethod]
    public void Versions_are_ordered_as_semantic_versions_are()
    {
        string[] order = ["0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1", "1.2.0", "1.10.0"];
        var sorted = order.Reverse().Select(text => PluginVersion.TryParse(text)!).Order().Select(version => version.ToString());
        CollectionAssert.AreEqual(order, sorted.ToArray());
    }

    [TestMethod]
    [DataRow("1")]
    [DataRow("1.2")]
    [DataRow("1.2.3.4")]
    [DataRow("v1.2.3")]
    [DataRow("1.2.3-")]
    [DataRow("1.2.3-a..b")]
    [DataRow("../../etc")]
    [DataRow("99999999999.0.0")]
    public void What_is_no_version_is_refused(string text) => Assert.IsNull(PluginVersion.TryParse(text));

    [TestMethod]
    [DataRow(1, 0, true)]
    [DataRow(1, 3, true)]
    [DataRow(1, 4, false)]
    [DataRow(2, 0, false)]
    [DataRow(0, 9, false)]
    public void A_host_serves_its_major_up_to_its_minor(int major, int minor, bool isServed) =>
        Assert.AreEqual(isServed, new ContractLevel(major, minor).IsServedBy(new ContractLevel(1, 3)));
}
