using NodeAgent.Cluster;
using NodeAgent.Cluster.Records;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class RecordJsonTests
{
    private static readonly DateTimeOffset At = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [TestMethod]
    public void History_is_read_as_it_was_written()
    {
        var history = new HistoryRecord(At, "a", "promoted", "zfs:db", "after 9.5 s");
        Assert.AreEqual(history, RecordJson.History(Entry(RecordJson.Write(history))).Value);
    }

    [TestMethod]
    public void A_bad_record_names_its_key_and_every_bad_field()
    {
        var fault = RecordJson.History(Entry("""{"v":1,"at":"yesterday","node":7,"kind":null,"text":""}""")).Fault!;
        StringAssert.Contains(fault.What, "/k");
        foreach (var field in new[] { "at is no time", "node is not text", "kind is missing", "subject is missing" })
        {
            StringAssert.Contains(fault.Why, "field " + field);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"v":2,"at":"2031-02-03T04:05:06.0000000+00:00","node":"a","kind":"x","subject":"y","text":"z"}""")]
    [DataRow("""{"v":1,"at":"2031-02-03T04:05:06.0000000+00:00","node":"a","node":"b","kind":"x","subject":"y","text":"z"}""")]
    public void What_is_no_record_of_ours_is_a_fault(string value) => Assert.IsNotNull(RecordJson.History(Entry(value)).Fault);

    [TestMethod]
    public void The_history_stays_as_long_as_it_may_be()
    {
        var known = new StoreView(9, [.. Enumerable.Range(1, 5).Select(number => Entry("{}") with { Key = StoreKeys.HistoryEntry(number, new("a")) })]);
        var changes = new StoreHistory(4).Add(known, new("a"), new(At, "a", "fenced", "b", "x"));
        Assert.HasCount(3, changes);
        CollectionAssert.AreEqual(new[] { StoreKeys.HistoryEntry(1, new("a")), StoreKeys.HistoryEntry(2, new("a")) }, changes.Skip(1).Select(change => change.Key).ToArray());
    }

    private static StoreEntry Entry(string value) => new("/k", value, 2, 3, LeaseId.None);
}
