using System.Collections.Immutable;
using NodeAgent.Daemon.Operations;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Operations;

[TestClass]
public sealed class StaleRecordTests : IDisposable
{
    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary<string, string>.Empty;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Nothing_is_begun_on_a_volume_whose_ended_order_cannot_be_removed()
    {
        var journal = Load();
        var order = journal.Begin("delete/dir/db", "delete", "dir:db/data", Nothing).Value;
        var record = folder["delete=dir=db.json"];
        // A folder in the place of the record cannot be unlinked.
        File.Delete(record);
        Directory.CreateDirectory(record);
        journal.Finish(order, null);
        Assert.IsFalse(journal.Begin("volume/dir/db", "volume", "dir:db/data", Nothing).IsOk);
        Assert.IsTrue(journal.Begin("volume/dir/web", "volume", "dir:web/data", Nothing).IsOk, "another volume is not concerned");
        Directory.Delete(record);
        File.WriteAllText(record, "{}");
        Assert.IsTrue(journal.Begin("volume/dir/db", "volume", "dir:db/data", Nothing).IsOk);
        Assert.IsFalse(File.Exists(record), "the ended order would be carried out again after a restart");
    }

    private FileOperationJournal Load() => FileOperationJournal.Load(folder.Path, new ManualTimeProvider(), out _);
}
