using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>A rollback of which nobody knows whether the index was told that it begins.</summary>
[TestClass]
public sealed class RollbackDoubtTests
{
    private static readonly Fault Late = new(FaultCode.TimedOut, "cannot", "late", "look", Retry.AfterLook);

    [TestMethod]
    public void It_counts_as_begun_while_the_index_cannot_be_asked() => Assert.AreEqual("s1", Rollbacks.AfterDoubt("s1", Late));

    [TestMethod]
    [DataRow(null)]
    [DataRow("s1")]
    [DataRow("s0")]
    public void It_counts_as_the_index_says_once_that_can_be_asked(string? told) => Assert.AreEqual(told, Rollbacks.AfterDoubt("s1", Told(told)));

    private static UnitEntries Told(string? rollingBack) => new(
        new Stored<UnitRecord>(new UnitRecord(1, "n1", IsOpen: true, [], [], null) { RollingBack = rollingBack }, []),
        new Dictionary<string, Stored<VolumeRecord>>(), new Dictionary<string, Stored<SnapshotRecord>>());
}
