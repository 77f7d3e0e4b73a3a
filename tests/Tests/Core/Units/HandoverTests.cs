using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class HandoverTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");
    private static readonly HandoverState Near = new(Unit, N1, N2, new Epoch(4), 1, "s2");

    private static UnitRecord Record => new(Unit, N1, new Epoch(4), 7, [N3, N2], TimeSpan.FromSeconds(30), 2, 3, IsPaused: false);

    [TestMethod]
    public void The_first_step_brings_the_target_near()
    {
        var step = Handover.Next(Near with { Round = 0, Snapshot = null }, Sight(Copy(Role.Writer)) with { There = null, Whole = null });
        Assert.IsInstanceOfType<HandoverStep.BringNear>(step);
    }

    [TestMethod]
    [DataRow(Answer.No)]
    [DataRow(Answer.Unknown)]
    public void A_target_that_holds_the_snapshot_lets_the_writer_close(Answer changed) =>
        Assert.IsInstanceOfType<HandoverStep.Close>(Handover.Next(Near, Sight(Copy(Role.Writer, changed))));

    [TestMethod]
    public void Writes_after_the_snapshot_make_another_round() =>
        Assert.IsInstanceOfType<HandoverStep.BringNear>(Handover.Next(Near, Sight(Copy(Role.Writer, Answer.Yes))));

    [TestMethod]
    public void Only_a_closed_writer_that_is_certainly_the_snapshot_is_released()
    {
        var release = Handover.Next(Near, Sight(Copy(Role.Reader))) as HandoverStep.Release;
        Assert.AreEqual(Record with { Writer = N2, Epoch = new Epoch(5), Revision = 1, Copies = [N3, N1] }, release?.Next);
    }

    [TestMethod]
    [DataRow(Answer.Yes)]
    [DataRow(Answer.Unknown)]
    public void A_closed_writer_that_may_hold_more_is_opened_again(Answer changed) =>
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(Copy(Role.Reader, changed))));

    [TestMethod]
    public void A_snapshot_of_that_name_with_another_identity_is_not_that_snapshot() =>
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(Copy(Role.Reader)) with { There = Copy(Role.Reader, guid: "other") }));

    [TestMethod]
    public void A_newer_snapshot_on_either_side_is_not_left_behind()
    {
        var newer = Copy(Role.Reader) with { Volumes = [Volume("data", Answer.No, "g", more: true), Volume("wal", Answer.No, "g", more: true)] };
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(newer)));
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(Copy(Role.Reader)) with { There = newer }));
    }

    [TestMethod]
    public void A_volume_that_only_one_of_the_two_has_is_in_the_way()
    {
        var one = Copy(Role.Reader) with { Volumes = [Volume("data", Answer.No, "g")] };
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(Copy(Role.Reader)) with { There = one }));
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(one) with { There = Copy(Role.Reader) }));
    }

    [TestMethod]
    public void A_half_received_volume_is_not_whole()
    {
        var half = Copy(Role.Reader);
        half = half with { Volumes = [half.Volumes[0] with { Partial = new PartialReceive("t", 1) }, half.Volumes[1]] };
        Assert.IsInstanceOfType<HandoverStep.Reopen>(Handover.Next(Near, Sight(Copy(Role.Reader)) with { There = half }));
    }

    [TestMethod]
    [DataRow(Role.Writer)]
    [DataRow(Role.Reader)]
    public void After_the_last_round_it_is_given_up(Role role) =>
        Assert.AreEqual(FaultCode.Busy, Undone(Handover.Next(Near with { Round = Handover.MostRounds }, Sight(Copy(role, Answer.Yes)))).Code);

    [TestMethod]
    public void An_interrupted_move_is_undone_before_the_release_and_goes_on_after_it()
    {
        var seen = Sight(Copy(Role.Reader)) with { WasInterrupted = true };
        Undone(Handover.Next(Near, seen));
        Assert.IsInstanceOfType<HandoverStep.Tell>(Handover.Next(Near, seen with { Record = Handover.Passed(Record, N2) }));
    }

    [TestMethod]
    public void Nothing_but_a_confirmation_ends_a_released_move()
    {
        var released = Sight(Copy(Role.Reader)) with { Record = Handover.Passed(Record, N2) };
        var trouble = new Fault(FaultCode.PeerUnavailable, "a", "b", "c", Retry.Later);
        Assert.IsInstanceOfType<HandoverStep.Tell>(Handover.Next(Near, released with { Trouble = trouble, Here = null }));
        Assert.IsInstanceOfType<HandoverStep.Done>(Handover.Next(Near, released with { IsConfirmed = true }));
    }

    [TestMethod]
    public void A_later_epoch_proves_that_the_target_wrote() => Assert.IsInstanceOfType<HandoverStep.Done>(
        Handover.Next(Near, Sight(Copy(Role.Reader)) with { Record = Record with { Epoch = new Epoch(6), Writer = N3 } }));

    [TestMethod]
    public void Trouble_before_the_release_undoes_the_move_and_keeps_its_reason()
    {
        var busy = new Fault(FaultCode.InUse, "a", "open by mysqld", "stop it", Retry.AfterFix);
        Assert.AreEqual(busy, Undone(Handover.Next(Near, Sight(Copy(Role.Writer)) with { Trouble = busy })));
    }

    [TestMethod]
    public void Storage_that_cannot_be_seen_is_never_passed_on()
    {
        Undone(Handover.Next(Near, Sight(Copy(Role.Unknown))));
        Undone(Handover.Next(Near, Sight(Copy(Role.Absent)) with { There = null }));
        Undone(Handover.Next(Near, Sight(null)));
        Undone(Handover.Next(Near, Sight(null) with { Record = null }));
    }

    private static Fault Undone(HandoverStep step)
    {
        Assert.IsInstanceOfType<HandoverStep.Undo>(step);
        return ((HandoverStep.Undo)step).Fault;
    }

    private static HandoverSight Sight(CopyHistory? here) => new(Record, here, Copy(Role.Reader), "s2", false, null, false);

    private static CopyHistory Copy(Role role, Answer changed = Answer.No, string guid = "g") =>
        new(Unit, role, new Epoch(4), [Volume("data", changed, guid), Volume("wal", Answer.No, guid)]);

    private static VolumeHistory Volume(string name, Answer changed, string guid, bool more = false)
    {
        List<HistoryPoint> points = [new("s1", $"{name}-1", 1, default, false), new("s2", $"{name}-{guid}", 2, default, false), new("s2", $"{name}-{guid}", 2, default, true)];
        return new VolumeHistory(name, more ? [.. points, new HistoryPoint("s3", $"{name}-3", 3, default, false)] : points, null, changed);
    }
}
