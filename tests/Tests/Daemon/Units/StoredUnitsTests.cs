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
        Assert.IsTrue(stored.Note(ClusterRecord.Empty with { Units = units }, isTrusted: true, isAnother: false).IsOk);
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
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true, isAnother: false).IsOk);
        Assert.IsNull(stored.Find(Unit));
        Assert.IsNull(new StoredUnits(folder["units.json"]).Find(Unit), "it was written anew");
    }

    [TestMethod]
    public void What_cannot_be_written_down_counts_all_the_same()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["gone/units.json"]);
        Assert.IsFalse(stored.Note(Placed("db", 0), isTrusted: true, isAnother: false).IsOk);
        Assert.AreEqual("db", stored.Find(Unit)!.Service);
    }

    [TestMethod]
    public void A_unit_of_a_service_that_is_gone_from_a_restored_store_stays_with_who_wrote_it_last_until_it_is_said_of_the_unit_too()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(Placed("db", 4), isTrusted: true, isAnother: false).IsOk);
        var gone = ClusterRecord.Empty with { Gone = ClusterRecord.Empty.Gone.Add("db", new Epoch(9)) };
        Assert.IsTrue(stored.Note(gone, isTrusted: true, isAnother: false).IsOk);
        Assert.AreEqual(new UnitPlace(null, new Epoch(9)) { Beyond = 0 }, stored.Find(Unit), "the store names it no more, and some node wrote it last");
        Assert.IsTrue(stored.Note(gone, isTrusted: true, isAnother: false).IsOk);
        Assert.IsNotNull(new StoredUnits(folder["units.json"]).Find(Unit), "also for the next agent");

        Assert.IsTrue(stored.Note(gone with { Gone = gone.Gone.Add(Unit.ToString(), new Epoch(1)) }, isTrusted: true, isAnother: false).IsOk);
        Assert.IsNull(stored.Find(Unit));
    }

    [TestMethod]
    public void While_the_store_is_doubted_a_unit_is_where_it_says_or_was_before_but_never_free()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true, isAnother: false).IsOk);
        Assert.IsTrue(stored.Note(Placed("log", 2), isTrusted: false, isAnother: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service, "another opens it by that word");

        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: false, isAnother: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service, "it may have been forgotten");
        var free = ClusterRecord.Empty with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace(null, new Epoch(1))) };
        Assert.IsTrue(stored.Note(free, isTrusted: false, isAnother: false).IsOk);
        Assert.AreEqual("log", stored.Find(Unit)?.Service);
        Assert.IsTrue(stored.Note(free, isTrusted: true, isAnother: false).IsOk);
        Assert.AreEqual(new UnitPlace(null, StoreAge.After(new Epoch(2))) { Beyond = 0 }, stored.Find(Unit), "it was free before it was in log, and nobody says who wrote it there");

        File.WriteAllText(folder["units.json"], "{");
        var unread = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(unread.Note(free, isTrusted: false, isAnother: false).IsOk);
        Assert.IsNotNull(unread.Find(Unit)?.Service, "nobody knows where it was");
    }

    [TestMethod]
    public void A_unit_that_another_store_does_not_name_is_nobodys_also_where_no_service_is_remembered_until_that_is_said_of_it_there()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        var said = ClusterRecord.Empty with { Gone = ClusterRecord.Empty.Gone.Add(Unit.ToString(), new Epoch(1)) };
        Assert.IsTrue(stored.Note(Freed(said, 3), isTrusted: true, isAnother: false).IsOk);
        Assert.IsTrue(stored.Note(said, isTrusted: true, isAnother: true).IsOk);
        var nobodys = new UnitPlace(null, StoreAge.After(new Epoch(3))) { Beyond = 1 };
        Assert.AreEqual(nobodys, stored.Find(Unit), "another may have written it since; what was said of it is from before");
        Assert.IsTrue(stored.IsBeyond(Unit.ToString()));

        stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(Freed(said, 2), isTrusted: true, isAnother: false).IsOk);
        Assert.AreEqual(nobodys, stored.Find(Unit), "also for the next agent, and whatever older word that store has");
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true, isAnother: true).IsOk);
        Assert.AreEqual(nobodys with { Beyond = 0 }, stored.Find(Unit), "and in a store that was restored once more");

        Assert.IsTrue(stored.Note(said, isTrusted: true, isAnother: false).IsOk);
        Assert.IsNull(stored.Find(Unit), "an operator said so there");
    }

    [TestMethod]
    public void A_unit_that_a_store_in_order_does_not_name_any_more_is_free()
    {
        using var folder = TempFolder.InMemory();
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsTrue(stored.Note(Freed(ClusterRecord.Empty, 3), isTrusted: true, isAnother: false).IsOk);
        Assert.IsTrue(stored.Note(ClusterRecord.Empty, isTrusted: true, isAnother: false).IsOk);
        Assert.IsNull(stored.Find(Unit));
    }

    [TestMethod]
    public void What_could_not_be_written_down_is_written_with_the_next_word_of_the_store()
    {
        using var folder = TempFolder.InMemory();
        Directory.CreateDirectory(folder["units.json"]);
        var stored = new StoredUnits(folder["units.json"]);
        Assert.IsFalse(stored.Note(Placed("db", 3), isTrusted: true, isAnother: false).IsOk);
        Directory.Delete(folder["units.json"]);
        Assert.IsTrue(stored.Note(Placed("db", 3), isTrusted: true, isAnother: false).IsOk);
        Assert.AreEqual("db", new StoredUnits(folder["units.json"]).Find(Unit)?.Service);
    }

    private static ClusterRecord Freed(ClusterRecord record, long since) => record with { Units = record.Units.Add(Unit.ToString(), new UnitPlace(null, new Epoch(since))) };

    private static ClusterRecord Placed(string service, long since) => ClusterRecord.Empty with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace(service, new Epoch(since))) };
}
