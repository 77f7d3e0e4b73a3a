using NodeAgent.Plugins.CephBackend.Clusters;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What Ceph's answers are read as.</summary>
[TestClass]
public sealed class ConnectionTests
{
    [TestMethod]
    public unsafe void An_error_without_text_is_told_without_text() => Assert.AreEqual("", Connection.Told(null, 0));
}
