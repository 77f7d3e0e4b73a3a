using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Tests.Daemon.Status;

[TestClass]
public sealed class CopyLinesTests
{
    private static readonly UnitId Unit = new(new BackendId("mirror"), "shared");
    private static readonly NodeId One = new("n1");
    private static readonly NodeId Two = new("n2");
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private static readonly UnitRecord Record = new(Unit, One, new Epoch(2), 1, [], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);

    [TestMethod]
    public void A_unit_whose_storage_keeps_the_copy_shows_it_although_no_record_names_it()
    {
        var unit = Shown(new CopyStatus(Two, CopyState.InSync, new LossEstimate(LossConfidence.ProvenZero, null, "certificate"), 0, "")).Units.Single();

        Assert.AreEqual((Two, CopyState.InSync), (unit.Copies.Single().Node, unit.Copies.Single().State));
        Assert.AreEqual(("nothing", 0d), (unit.WouldLose, unit.WouldLoseSeconds));
    }

    [TestMethod]
    public void A_copy_that_missed_something_is_a_problem_in_the_storage_s_words()
    {
        var status = Shown(new CopyStatus(Two, CopyState.Outdated, LossEstimate.Unknown("certificate of epoch 2, n1"), null, ""));

        StringAssert.Contains(status.Problems.Single().Text, "the copy on n2 is Outdated: certificate of epoch 2, n1");
        StringAssert.Contains(status.Units.Single().WouldLose, "everything");
    }

    [TestMethod]
    public void Storage_that_does_not_answer_shows_no_copy() =>
        Assert.IsEmpty(CopyLines.Of(Record, new Fault(FaultCode.ControlPlaneUnavailable, "cannot read", "away", "Wait.", Retry.Later)));

    private static ClusterStatus Shown(CopyStatus other)
    {
        var seen = new ReplicationStatus(Unit, Now, [new CopyStatus(One, CopyState.InSync, other.Loss, 0, ""), other]);
        var report = new NodeReport(One, "1", Now, null, [], [new UnitReport(Record, Role.Writer, [], CopyLines.Of(Record, seen), null)], 0);
        return StatusMerge.Merge("c", report, [], [], Now);
    }
}
