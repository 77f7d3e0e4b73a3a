using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>The index on a real cluster.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class UnitIndexTests
{
    // More than an OSD gives in one answer (1,024), and more than twice.
    private const int Many = 2500;
    private const string What = "cannot try the index";

    [TestMethod]
    public Task More_entries_than_an_answer_holds_are_all_read() => WithAsync("pages", (connection, index) =>
    {
        var owner = UnitIndex.Bytes(new UnitRecord(1, "n1", IsOpen: false, [], [], null));
        var entries = Enumerable.Range(0, Many).Select(i => new IndexEntry(
            Keys.Snapshot("u", $"s{i}"), UnitIndex.Bytes(new SnapshotRecord(DateTimeOffset.UnixEpoch, new Dictionary<string, string>(), []))));
        var told = index.Change(connection.Io, [], [new IndexEntry(Keys.Unit("u"), owner), .. entries], What);
        Assert.IsTrue(told.IsOk, $"{told.Fault}");
        var unit = index.ReadUnit(connection.Io, "u", What);
        Assert.HasCount(Many, unit.Value.Snapshots);
        Assert.AreEqual(1, unit.Value.Unit!.Record.Epoch);
        Assert.IsEmpty(unit.Value.Volumes);
        Assert.HasCount(Many, index.Read(connection.Io, Keys.Snapshots, What).Value);
    });

    [TestMethod]
    public Task A_unit_whose_name_begins_another_is_not_mixed_up_with_it() => WithAsync("prefix", (connection, index) =>
    {
        var other = UnitIndex.Bytes(new UnitRecord(7, "n2", IsOpen: true, [], [], null));
        var volume = UnitIndex.Bytes(new VolumeRecord(1, IsMade: true, null));
        var told = index.Change(connection.Io, [], [new IndexEntry(Keys.Unit("ab"), other), new IndexEntry(Keys.Volume("ab", "v"), volume)], What);
        Assert.IsTrue(told.IsOk, $"{told.Fault}");
        var unit = index.ReadUnit(connection.Io, "a", What);
        Assert.IsNull(unit.Value.Unit);
        Assert.IsEmpty(unit.Value.Volumes);
    });

    [TestMethod]
    public Task A_change_that_rests_on_what_is_no_longer_so_does_nothing() => WithAsync("compare", (connection, index) =>
    {
        var (first, second) = (UnitIndex.Bytes(new UnitRecord(1, "n1", IsOpen: false, [], [], null)), UnitIndex.Bytes(new UnitRecord(2, "n2", IsOpen: false, [], [], null)));
        Assert.IsTrue(index.Change(connection.Io, [new IndexEntry(Keys.Unit("u"), [])], [new IndexEntry(Keys.Unit("u"), first)], What).IsOk);
        var again = index.Change(connection.Io, [new IndexEntry(Keys.Unit("u"), [])], [new IndexEntry(Keys.Unit("u"), second)], What);
        Assert.AreEqual(FaultCode.Busy, again.Fault?.Code);
        Assert.AreEqual("n1", index.ReadUnit(connection.Io, "u", What).Value.Unit!.Record.Holder);
    });

    private static async Task WithAsync(string backend, Action<Connection, UnitIndex> act)
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: backend);
        using var lane = new CallLane(TimeProvider.System);
        var done = await lane.RunAsync<bool>(
            What, TimeSpan.FromMinutes(2),
            () =>
            {
                using var connection = Connection.Open(storage.Gate.Options, What).Value;
                act(connection, storage.Gate.Index);
                return true;
            },
            CancellationToken.None);
        Assert.IsTrue(done.IsOk, $"{done.Fault}");
    }
}
