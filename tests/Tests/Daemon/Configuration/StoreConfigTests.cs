namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class StoreConfigTests
{
    private const string Files = "\n  authority: /a\n  certificate: /c\n  key: /k\n";

    [TestMethod]
    public void Members_are_read_in_their_order()
    {
        var reading = ConfigFiles.ReadText("store:\n  endpoints: [\"https://10.0.0.2:7411\", \"https://[fd00::1]:7411\"]" + Files);
        Assert.IsEmpty(reading.Problems, string.Join('\n', reading.Problems));
        CollectionAssert.AreEqual(new[] { "10.0.0.2:7411", "[fd00::1]:7411" }, reading.Config!.Store.Endpoints.Select(endpoint => endpoint.Authority).ToArray());
        Assert.AreEqual(("/a", "/c", "/k"), (reading.Config.Store.Authority, reading.Config.Store.Certificate, reading.Config.Store.Key));
    }

    [TestMethod]
    public void Without_the_section_the_node_is_alone() => Assert.IsEmpty(ConfigFiles.ReadText("log:\n  level: debug\n").Config!.Store.Endpoints);

    [TestMethod]
    [DataRow("endpoints: [\"https://10.0.0.2\"]" + Files, "has no port")]
    [DataRow("endpoints: [\"10.0.0.2:7411\"]" + Files, "is not a URL")]
    [DataRow("endpoints: [\"https://u:p@10.0.0.2:7411\"]" + Files, "a scheme, a host and a port")]
    [DataRow("endpoints: [\"https://10.0.0.2:7411/v3\"]" + Files, "a scheme, a host and a port")]
    [DataRow("endpoints: [\"https://10.0.0.2:7411\", \"https://10.0.0.2:7411\"]" + Files, "named twice")]
    [DataRow("endpoints: [\"https://10.0.0.2:7411\"]\n  key: /k\n", "store.authority: is missing")]
    [DataRow("endpoints: [\"https://10.0.0.2:7411\"]\n  authority: /a\n", "store.key: is missing")]
    [DataRow("key: /k\n", "without endpoints")]
    public void What_is_wrong_is_named(string section, string wrong)
    {
        var reading = ConfigFiles.ReadText("store:\n  " + section);
        Assert.IsNull(reading.Config);
        StringAssert.Contains(string.Join('\n', reading.Problems), wrong);
    }

    [TestMethod]
    public void A_store_without_encryption_is_warned_of()
    {
        var reading = ConfigFiles.ReadText("store:\n  endpoints: [\"http://10.0.0.2:7411\"]\n");
        Assert.IsNotNull(reading.Config);
        StringAssert.Contains(string.Join('\n', reading.Problems), "without encryption");
        Assert.IsEmpty(ConfigFiles.ReadText("store:\n  endpoints: [\"http://127.0.0.1:7411\"]\n").Problems);
    }
}
