using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Tests.Core.Replication;

[TestClass]
public sealed class ReplicationPlannerTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly Epoch Epoch = new(3);

    [TestMethod]
    public void An_absent_copy_gets_the_whole_volume()
    {
        var plan = Only(Writer(["a", "b"]), Copy([]), "b");
        Assert.IsNull(Sent(plan).From);
        Assert.AreEqual("b", Sent(plan).To.Guid);
    }

    [TestMethod]
    public void A_copy_with_an_older_snapshot_gets_the_increment_from_it() =>
        Assert.AreEqual("a", Sent(Only(Writer(["a", "b"]), Copy(["a"]), "b")).From!.Guid);

    [TestMethod]
    public void However_many_snapshots_lie_between_there_is_one_increment()
    {
        var step = Sent(Only(Writer(["a", "b", "c", "d", "e"]), Copy(["a"]), "e"));
        Assert.AreEqual(("a", "e"), (step.From!.Guid, step.To.Guid));
    }

    [TestMethod]
    public void A_copy_that_holds_the_snapshot_is_up_to_date() =>
        Assert.IsInstanceOfType<VolumePlan.UpToDate>(Only(Writer(["a", "b"]), Copy(["a", "b"]), "b"));

    [TestMethod]
    public void A_copy_that_is_ahead_of_what_was_asked_gets_nothing() =>
        Assert.IsInstanceOfType<VolumePlan.UpToDate>(Only(Writer(["a", "b", "c"]), Copy(["a", "c"]), "b"));

    [TestMethod]
    public void A_bookmark_can_be_the_start_when_its_snapshot_is_gone()
    {
        var writer = History(Role.Writer, [Point("cursor", "a", 1, isBookmark: true), Point("b", "b", 2)]);
        var step = Sent(Only(writer, Copy(["a"]), "b"));
        Assert.IsTrue(step.From!.IsBookmark);
    }

    [TestMethod]
    public void A_snapshot_is_preferred_to_a_bookmark_of_the_same_identity()
    {
        var writer = History(Role.Writer, [Point("cursor", "a", 1, isBookmark: true), Point("a", "a", 1), Point("b", "b", 2)]);
        Assert.IsFalse(Sent(Only(writer, Copy(["a"]), "b")).From!.IsBookmark);
    }

    [TestMethod]
    public void Identities_decide_and_names_do_not()
    {
        var copy = History(Role.Reader, [Point("a", "another", 1)]);
        Assert.IsInstanceOfType<VolumePlan.Conflict>(Only(Writer(["a", "b"]), copy, "b"));
    }

    [TestMethod]
    public void A_renamed_snapshot_is_still_the_same()
    {
        var copy = History(Role.Reader, [Point("renamed", "a", 1)]);
        Assert.AreEqual("a", Sent(Only(Writer(["a", "b"]), copy, "b")).From!.Guid);
    }

    [TestMethod]
    public void Snapshots_that_only_the_copy_has_are_a_conflict_that_names_them()
    {
        var plan = (VolumePlan.Conflict)Only(Writer(["a", "b"]), Copy(["a", "x", "y"]), "b");
        Assert.AreEqual("a", plan.CommonAncestor!.Guid);
        CollectionAssert.AreEqual(new[] { "x", "y" }, plan.OnlyOnCopy.ToArray());
    }

    [TestMethod]
    public void No_common_snapshot_is_a_conflict_and_never_a_full_send()
    {
        var plan = (VolumePlan.Conflict)Only(Writer(["a", "b"]), Copy(["x"]), "b");
        Assert.IsNull(plan.CommonAncestor);
    }

    [TestMethod]
    public void A_copy_that_was_written_to_is_a_conflict_even_if_its_snapshot_is_the_newest()
    {
        var copy = History(Role.Reader, [Point("b", "b", 1)], changed: Answer.Yes);
        Assert.IsInstanceOfType<VolumePlan.Conflict>(Only(Writer(["a", "b"]), copy, "b"));
    }

    [TestMethod]
    public void Not_knowing_whether_the_head_changed_is_left_to_the_receiver()
    {
        var copy = History(Role.Reader, [Point("a", "a", 1)], changed: Answer.Unknown);
        Assert.IsInstanceOfType<VolumePlan.Send>(Only(Writer(["a", "b"]), copy, "b"));
    }

    [TestMethod]
    public void A_partial_receive_is_looked_at_before_anything_is_sent()
    {
        var copy = History(Role.Reader, [Point("a", "a", 1)], partial: new PartialReceive("token", 7));
        Assert.AreEqual("token", ((VolumePlan.Resume)Only(Writer(["a", "b"]), copy, "b")).Partial.Token);
    }

    [TestMethod]
    public void A_snapshot_that_the_writer_has_lost_is_told() =>
        Assert.IsInstanceOfType<VolumePlan.Missing>(Only(Writer(["a"]), Copy(["a"]), "gone"));

    [TestMethod]
    public void A_bookmark_is_never_what_an_increment_leads_to()
    {
        var writer = History(Role.Writer, [Point("b", "b", 1, isBookmark: true)]);
        Assert.IsInstanceOfType<VolumePlan.Missing>(Only(writer, Copy([]), "b"));
    }

    [TestMethod]
    public void Each_step_carries_the_writers_epoch() =>
        Assert.AreEqual(Epoch, Sent(Only(Writer(["a"]), Copy([]), "a")).Epoch);

    [TestMethod]
    public void Volumes_are_planned_each_for_itself()
    {
        var writer = new CopyHistory(Unit, Role.Writer, Epoch, [Volume("data", ["a", "b"]), Volume("wal", ["a", "b"])]);
        var copy = new CopyHistory(Unit, Role.Reader, Epoch, [Volume("data", ["a", "b"])]);
        var plans = ReplicationPlanner.Plan(writer, copy, "b", Epoch);
        Assert.IsInstanceOfType<VolumePlan.UpToDate>(plans[0]);
        Assert.IsNull(Sent(plans[1]).From);
    }

    [TestMethod]
    public void A_volume_that_only_the_copy_has_is_told_and_not_planned()
    {
        var writer = new CopyHistory(Unit, Role.Writer, Epoch, [Volume("data", ["a"])]);
        var copy = new CopyHistory(Unit, Role.Reader, Epoch, [Volume("data", ["a"]), Volume("old", ["a"])]);
        Assert.HasCount(1, ReplicationPlanner.Plan(writer, copy, "a", Epoch));
        CollectionAssert.AreEqual(new[] { "old" }, ReplicationPlanner.Orphans(writer, copy).ToArray());
    }

    private static VolumePlan Only(CopyHistory writer, CopyHistory copy, string snapshot) =>
        ReplicationPlanner.Plan(writer, copy, snapshot, Epoch).Single();

    private static StreamStep Sent(VolumePlan plan) => ((VolumePlan.Send)plan).Step;

    private static CopyHistory Writer(string[] guids) => new(Unit, Role.Writer, Epoch, [Volume("data", guids)]);

    private static CopyHistory Copy(string[] guids) =>
        new(Unit, Role.Reader, Epoch, guids.Length == 0 ? [] : [Volume("data", guids)]);

    private static VolumeHistory Volume(string name, string[] guids) =>
        new(name, [.. guids.Select((guid, index) => Point(guid, guid, index + 1))], null, Answer.No);

    private static CopyHistory History(
        Role role, HistoryPoint[] points, PartialReceive? partial = null, Answer changed = Answer.No) =>
        new(Unit, role, Epoch, [new VolumeHistory("data", points, partial, changed)]);

    private static HistoryPoint Point(string name, string guid, long order, bool isBookmark = false) =>
        new(name, guid, order, DateTimeOffset.UnixEpoch.AddSeconds(order), isBookmark);
}
