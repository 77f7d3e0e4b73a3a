using NodeAgent.Cluster;
using NodeAgent.Cluster.Records;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class RecordJsonTests
{
    private static readonly DateTimeOffset At = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [TestMethod]
    public void Every_record_is_read_as_it_was_written()
    {
        var owner = new OwnerRecord("a", null, ProofKind.PowerOff, "fence_ipmilan: off", At, "w1");
        var lease = new NodeLeaseRecord("boot", 10, "00ff", Armed: true, "/dev/watchdog0", 4, 9.5, "0.1.0", "w2");
        var service = new ServiceRecord(DesiredState.Running, ["b", "a"], "abc", "w3");
        var rest = new MaintenanceRecord("root", "new disk", At, "w4");
        var history = new HistoryRecord(At, "a", "promoted", "zfs:db", "after 9.5 s");
        Assert.AreEqual(owner, RecordJson.Owner(Entry(RecordJson.Write(owner))).Value);
        Assert.AreEqual(lease, RecordJson.NodeLease(Entry(RecordJson.Write(lease))).Value);
        var again = RecordJson.Service(Entry(RecordJson.Write(service))).Value;
        CollectionAssert.AreEqual(service.Nodes.ToArray(), again.Nodes.ToArray());
        Assert.AreEqual(service with { Nodes = again.Nodes }, again);
        Assert.AreEqual(rest, RecordJson.Maintenance(Entry(RecordJson.Write(rest))).Value);
        Assert.AreEqual(history, RecordJson.History(Entry(RecordJson.Write(history))).Value);
    }

    [TestMethod]
    public void A_bad_record_names_its_key_and_every_bad_field()
    {
        var fault = RecordJson.NodeLease(Entry("""{"v":1,"bootId":7,"grantedSeconds":-1,"lease":"1","armed":"yes","watchdogSeconds":4,"resetWithinSeconds":9,"version":"1"}""")).Fault!;
        StringAssert.Contains(fault.What, "/k");
        foreach (var field in new[] { "bootId", "grantedSeconds", "armed", "writeId" })
        {
            StringAssert.Contains(fault.Why, "field " + field);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"v":2,"writer":"a"}""")]
    [DataRow("""{"v":1,"writer":"a","proof":"hearsay","proofDetail":"","since":"2031-02-03T04:05:06.0000000+00:00","writeId":"w"}""")]
    public void What_is_no_record_of_ours_is_a_fault(string value) => Assert.IsNotNull(RecordJson.Owner(Entry(value)).Fault);

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
