using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class StoredUnitsTests
{
    private static readonly UnitId Unit = new(new BackendId("zfs"), "db");

    [TestMethod]
    public void What_the_store_said_is_known_when_the_agent_starts_again()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsNull(stored.Find(Unit), "nothing was ever said");
        var units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace("db", Epoch.None)).Add("zfs:log", new UnitPlace(null, new Epoch(3)));
        Assert.IsTrue(stored.Note(ClusterRecord.Empty with { Units = units }, isTrusted: true).IsOk);
        Assert.AreEqual(units[Unit.ToString()], new StoredUnits(folder["units.json"]).Find(Unit));
        Assert.AreEqual(units["zfs:log"], new StoredUnits(folder["units.json"]).Find(Unit with { Name = "log" }));
    }

    [TestMethod]
    [DataRow("{\"zfs:db\":", DisplayName = "torn")]
    [DataRow("[]", DisplayName = "something else")]
    [DataRow("{\"zfs:db\":{\"service\":3}}", DisplayName = "of the wrong kind")]
    public void A_file_that_cannot_be_read_leaves_no_unit_free_until_the_store_was_heard(string content)
    {
        using var folder = TempFolder.InMemory();
        File.WriteAllText(folder["units.json"], content);
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsNotNull(stored.Find(Unit)?.Service);
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true).IsOk);
        Assert.IsNull(stored.Find(Unit));
        Assert.IsNull(new StoredUnits(folder["units.json"]).Find(Unit), "it was written anew");
    }

    [TestMethod]
    public void What_cannot_be_written_down_counts_all_the_same()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["gone/units.json"]);
        Assert.IsFalse(stored.Note(Placed("db", 0), isTrusted: true).IsOk);
        Assert.AreEqual("db", stored.Find(Unit)!.Service);
    }

    [TestMethod]
    public void A_unit_of_a_service_that_is_gone_from_a_restored_store_stays_with_who_wrote_it_last_until_it_is_said_of_the_unit_too()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(Placed("db", 4), isTrusted: true).IsOk);
        var gone = ClusterRecord.Empty with { Gone = ClusterRecord.Empty.Gone.Add("db", new Epoch(9)) };
        Assert.IsTrue(stored.Note(gone, isTrusted: true).IsOk);
        Assert.AreEqual(new UnitPlace(null, new Epoch(9)), stored.Find(Unit), "the store names it no more, and some node wrote it last");
        Assert.IsTrue(stored.Note(gone, isTrusted: true).IsOk);
        Assert.IsNotNull(new StoredUnits(folder["units.json"]).Find(Unit), "also for the next agent");

        Assert.IsTrue(stored.Note(gone with { Gone = gone.Gone.Add(Unit.ToString(), new Epoch(1)) }, isTrusted: true).IsOk);
        Assert.IsNull(stored.Find(Unit));
    }

    [TestMethod]
    public void While_the_store_is_doubted_a_unit_is_where_it_says_or_was_before_but_never_free()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true).IsOk);
        Assert.IsTrue(stored.Note(Placed("log", 2), isTrusted: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service, "another opens it by that word");

        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service, "it may have been forgotten");
        var free = ClusterRecord.Empty with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace(null, new Epoch(1))) };
        Assert.IsTrue(stored.Note(free, isTrusted: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service);
        Assert.IsTrue(stored.Note(free, isTrusted: true).IsOk);
        Assert.AreEqual(new UnitPlace(null, new Epoch(1)), stored.Find(Unit));

        File.WriteAllText(folder["units.json"], "{");
        var unread = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(unread.Note(free, isTrusted: false).IsOk);
        Assert.IsNotNull(unread.Find(Unit)?.Service, "nobody knows where it was");
    }

    private static ClusterRecord Placed(string service, long since) => ClusterRecord.Empty with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace(service, new Epoch(since))) };
}
