using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class UnitAdoptionTests
{
    private static readonly UnitId Unit = new(new BackendId("dir"), "db");
    private static readonly NodeId Self = new("n1");
    private static readonly NodeId Other = new("n2");
    private static readonly NodeId Third = new("n3");

    [TestMethod]
    public void What_the_others_know_of_this_node_is_taken_with_a_new_revision()
    {
        var decided = UnitAdoption.Decide(Self, Here(4), Known(Record(Self, 4, 7), null), New);
        Assert.AreEqual(Record(Self, 4, 8), decided.Value);
    }

    [TestMethod]
    public void The_newest_of_several_records_counts()
    {
        var decided = UnitAdoption.Decide(Self, Here(4), Known(Record(Other, 3, 9), Record(Self, 4, 2)), New);
        Assert.AreEqual(Record(Self, 4, 3), decided.Value);
    }

    [TestMethod]
    public void A_unit_that_nobody_else_knows_begins_without_copies()
    {
        var decided = UnitAdoption.Decide(Self, Here(5), Known(null, null), New);
        Assert.AreEqual(new Epoch(5), decided.Value.Epoch);
        Assert.IsTrue(decided.Value.Copies.IsEmpty);
    }

    [TestMethod]
    [DataRow(5L, DisplayName = "a later epoch")]
    [DataRow(4L, DisplayName = "the same epoch")]
    public void Another_writer_refuses_it(long epoch)
    {
        var decided = UnitAdoption.Decide(Self, Here(4), Known(Record(Self, 4, 9), Record(Other, epoch, 1)), New);
        Assert.AreEqual(FaultCode.NotWriter, decided.Fault!.Code);
        StringAssert.Contains(decided.Fault.Why, $"n2 is its writer in epoch {epoch}");
    }

    [TestMethod]
    public void A_former_writer_in_an_older_epoch_is_no_ground_to_go_on()
    {
        var decided = UnitAdoption.Decide(Self, Here(4), Known(Record(Other, 3, 9), null), New);
        Assert.AreEqual(FaultCode.Diverged, decided.Fault!.Code);
    }

    [TestMethod]
    [DataRow(3L)]
    [DataRow(6L)]
    public void A_storage_of_another_epoch_than_the_others_know_is_refused(long epoch)
    {
        var decided = UnitAdoption.Decide(Self, Here(epoch), Known(Record(Self, 4, 1), null), New);
        Assert.AreEqual(FaultCode.Diverged, decided.Fault!.Code);
    }

    [TestMethod]
    public void A_member_that_cannot_be_asked_refuses_it()
    {
        var known = new Dictionary<NodeId, Outcome<UnitRecord?>>
        {
            [Other] = Outcome.Ok<UnitRecord?>(Record(Self, 4, 1)),
            [Third] = new Fault(FaultCode.PeerUnavailable, "cannot reach n3", "no path works", "Wait.", Retry.Later),
        };
        var decided = UnitAdoption.Decide(Self, Here(4), known, New);
        Assert.AreEqual(FaultCode.PeerUnavailable, decided.Fault!.Code);
        StringAssert.Contains(decided.Fault.NextStep, "after you have seen that it is off: 'nodeagent cluster remove n3'");
    }

    [TestMethod]
    [DataRow(Role.Writer)]
    [DataRow(Role.Reader)]
    public void What_a_service_s_last_owner_wrote_is_noted_again_in_the_service_s_epoch(Role role)
    {
        var decided = UnitAdoption.DecideUnheld(Self, Here(4) with { Role = role }, Last(Self, since: 4, epoch: 6), Known(Record(Self, 4, 7), null), New);
        Assert.AreEqual(Record(Self, 6, 8), decided.Value);
        Assert.AreEqual(new Epoch(6), UnitAdoption.DecideUnheld(Self, Here(4), Last(Self, since: 4, epoch: 6), Known(null, null), New).Value.Epoch);
    }

    [TestMethod]
    public void A_service_s_last_owner_need_not_have_told_anybody_and_copies_to_whom_it_came_after()
    {
        var decided = UnitAdoption.DecideUnheld(
            Self, Here(4), Last(Self, since: 4, epoch: 4), Known(Record(Other, 3, 9) with { Copies = [Self, Third] }, null), New);
        Assert.AreEqual(Record(Self, 4, 1) with { Copies = [Third, Other] }, decided.Value);
    }

    [TestMethod]
    [DataRow("n2", 4L, 4L, FaultCode.NotWriter, "n2 had service shop last", DisplayName = "another had it last")]
    [DataRow("n1", 5L, 4L, FaultCode.Diverged, "since epoch 5", DisplayName = "the storage is older than the stay")]
    [DataRow("n1", 2L, 5L, FaultCode.Diverged, "known as its writer in epoch 5", DisplayName = "a member knows of a later epoch")]
    public void What_a_service_s_last_owner_did_not_write_is_not_noted(string last, long since, long told, FaultCode code, string why)
    {
        var decided = UnitAdoption.DecideUnheld(Self, Here(4), Last(new NodeId(last), since, epoch: 6), Known(Record(Self, told, 1), null), New);
        Assert.AreEqual(code, decided.Fault!.Code);
        StringAssert.Contains(decided.Fault.Why, why);
        StringAssert.Contains(decided.Fault.NextStep, "nodeagent");
    }

    [TestMethod]
    public void A_silent_member_or_storage_that_is_away_refuses_a_service_s_unit_too()
    {
        var known = new Dictionary<NodeId, Outcome<UnitRecord?>> { [Other] = new Fault(FaultCode.PeerUnavailable, "cannot reach n2", "no path works", "Wait.", Retry.Later) };
        Assert.AreEqual(FaultCode.PeerUnavailable, UnitAdoption.DecideUnheld(Self, Here(4), Last(Self, 4, 4), known, New).Fault!.Code);
        Assert.AreEqual(FaultCode.NotFound, UnitAdoption.DecideUnheld(Self, Here(4) with { Role = Role.Absent }, Last(Self, 4, 4), Known(null, null), New).Fault!.Code);
    }

    [TestMethod]
    [DataRow(Role.Reader, FaultCode.NotWriter)]
    [DataRow(Role.Absent, FaultCode.NotFound)]
    [DataRow(Role.Unknown, FaultCode.ControlPlaneUnavailable)]
    public void Only_a_storage_that_was_written_here_is_adopted(Role role, FaultCode code)
    {
        var decided = UnitAdoption.Decide(Self, Here(4) with { Role = role }, Known(Record(Self, 4, 1), null), New);
        Assert.AreEqual(code, decided.Fault!.Code);
    }

    [TestMethod]
    public void A_copy_that_ends_with_what_is_not_here_is_newer()
    {
        var newer = UnitAdoption.Newer(Unit, Other, History(("na-4-1", "a")), History(("na-4-1", "a"), ("na-4-2", "b")));
        Assert.AreEqual(FaultCode.WouldLoseWrites, newer!.Code);
        StringAssert.Contains(newer.Why, "na-4-2 of data");
    }

    [TestMethod]
    public void A_copy_that_lags_or_is_empty_is_not_newer()
    {
        var here = History(("na-4-1", "a"), ("na-4-2", "b"));
        Assert.IsNull(UnitAdoption.Newer(Unit, Other, here, History(("na-4-1", "a"))));
        Assert.IsNull(UnitAdoption.Newer(Unit, Other, here, History()));
    }

    [TestMethod]
    public void A_snapshot_of_the_same_name_and_another_identity_is_not_the_same()
    {
        Assert.IsNotNull(UnitAdoption.Newer(Unit, Other, History(("na-4-1", "a")), History(("na-4-1", "other"))));
    }

    [TestMethod]
    [DataRow(Role.Writer, 5L, true, DisplayName = "it wrote later")]
    [DataRow(Role.Writer, 4L, true, DisplayName = "it wrote in the same epoch")]
    [DataRow(Role.Reader, 5L, true, DisplayName = "it has a copy of a later epoch")]
    [DataRow(Role.Unknown, 0L, true, DisplayName = "it does not know")]
    [DataRow(Role.Writer, 3L, false, DisplayName = "it wrote before")]
    [DataRow(Role.Reader, 4L, false, DisplayName = "it has a copy")]
    [DataRow(Role.Absent, 0L, false, DisplayName = "it has nothing")]
    public void A_storage_without_a_record_that_may_be_later_refuses_it(Role role, long epoch, bool refuses)
    {
        var later = UnitAdoption.Later(Other, Here(4), Here(epoch) with { Role = role });
        Assert.AreEqual(refuses, later is not null, later?.ToString());
    }

    private static RoleReport Here(long epoch) => new(Unit, Role.Writer, new Epoch(epoch), "readonly=off");

    private static UnitRecord Record(NodeId writer, long epoch, long revision) =>
        new(Unit, writer, new Epoch(epoch), revision, writer == Self ? [Other] : [Self], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);

    private static ServiceRecord Last(NodeId last, long since, long epoch) =>
        new(new ServicePolicy("shop", [Self, Other, Third])) { Last = last, LastSince = new Epoch(since), Epoch = new Epoch(epoch) };

    private static UnitRecord New(Epoch epoch) => Record(Self, epoch.Value, 1) with { Copies = [] };

    private static Dictionary<NodeId, Outcome<UnitRecord?>> Known(UnitRecord? other, UnitRecord? third) =>
        new() { [Other] = Outcome.Ok(other), [Third] = Outcome.Ok(third) };

    private static CopyHistory History(params (string Name, string Guid)[] points) => new(
        Unit, Role.Reader, new Epoch(4),
        [new VolumeHistory("data", [.. points.Select((point, order) => new HistoryPoint(point.Name, point.Guid, order, DateTimeOffset.UnixEpoch, false))], null, Answer.No)]);
}
