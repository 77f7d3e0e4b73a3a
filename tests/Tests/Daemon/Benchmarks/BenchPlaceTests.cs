using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Benchmarks;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Tests.Daemon.Benchmarks;

[TestClass]
public sealed class BenchPlaceTests
{
    private static readonly NodeId Here = new("n1");

    [TestMethod]
    public void A_filesystem_volume_that_this_node_writes_is_its_path()
    {
        Assert.AreEqual("/tank/db", BenchPlace.Of(Report(Unit()), "db").Value);
        Assert.AreEqual("/tank/db", BenchPlace.Of(Report(Unit()), "tank:db/data").Value);
    }

    [TestMethod]
    public void Nothing_is_written_to_a_block_device() => Refused(Report(Unit(kind: VolumeKind.Block)), "db", "would destroy");

    [TestMethod]
    public void Nothing_is_written_to_a_copy() => Refused(Report(Unit(role: Role.Reader)), "db", "n1 writes it");

    [TestMethod]
    public void Nothing_is_written_where_snapshots_send_it_away_unless_that_is_paused()
    {
        Refused(Report(Unit(snapshot: "s1")), "db", "send it to n2");
        Assert.IsTrue(BenchPlace.Of(Report(Unit(snapshot: "s1", isPaused: true)), "db").IsOk);
        Assert.IsTrue(BenchPlace.Of(Report(Unit(snapshot: null)), "db").IsOk, "storage that keeps its copies itself sends no snapshots");
    }

    [TestMethod]
    public void What_is_not_there_or_there_twice_is_refused()
    {
        Refused(Report(Unit()), "web", "no such volume");
        Refused(Report(Unit()), "db/logs", "no such volume");
        Refused(Report(Unit(), Unit(backend: "other")), "db", "several backends");
    }

    private static void Refused(NodeReport report, string target, string why)
    {
        var fault = BenchPlace.Of(report, target).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code);
        StringAssert.Contains(fault.Why, why);
    }

    private static NodeReport Report(params UnitReport[] units) => new(Here, "1", DateTimeOffset.UnixEpoch, null, [], units, 0);

    private static UnitReport Unit(VolumeKind kind = VolumeKind.Filesystem, Role role = Role.Writer, string? snapshot = null, bool isPaused = false, string backend = "tank") => new(
        new UnitRecord(new UnitId(new BackendId(backend), "db"), Here, new Epoch(1), 1, [new NodeId("n2")], TimeSpan.FromMinutes(1), 1, 1, isPaused),
        role, [new VolumeReport("data", kind, 0, null, "/tank/db")],
        [new CopyLine(new NodeId("n2"), CopyState.InSync, snapshot, null, LossConfidence.Unknown, "", null, null)], null);
}
