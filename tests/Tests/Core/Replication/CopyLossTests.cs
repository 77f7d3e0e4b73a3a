using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Tests.Core.Replication;

[TestClass]
public sealed class CopyLossTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public void A_unit_is_only_as_new_as_its_oldest_volume()
    {
        var copy = Copy(("data", ["s1", "s2"]), ("wal", ["s1"]));
        Assert.AreEqual("s1", CopyLoss.NewestComplete(copy)!.Name);
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(copy, null).DataAsOf);
    }

    [TestMethod]
    public void Volumes_without_a_common_snapshot_make_no_copy()
    {
        var loss = CopyLoss.Estimate(Copy(("data", ["s1"]), ("wal", ["s2"])), null);
        Assert.AreEqual(LossConfidence.Unknown, loss.Confidence);
        Assert.IsNull(loss.DataAsOf);
    }

    [TestMethod]
    public void A_copy_without_volumes_is_no_copy() => Assert.IsNull(CopyLoss.NewestComplete(Copy()));

    [TestMethod]
    public void A_bookmark_is_no_data() =>
        Assert.IsNull(CopyLoss.NewestComplete(new CopyHistory(Unit, Role.Reader, new Epoch(1),
            [new VolumeHistory("data", [new HistoryPoint("b", "b", 1, Noon, IsBookmark: true)], null, Answer.No)])));

    [TestMethod]
    public void A_stream_is_never_proof_of_no_loss() =>
        Assert.AreEqual(LossConfidence.UpperBound, CopyLoss.Estimate(Copy(("data", ["s1"])), new UnchangedSince("s1", Noon.AddHours(1))).Confidence);

    [TestMethod]
    public void The_writers_word_that_nothing_changed_moves_the_time_on() =>
        Assert.AreEqual(Noon.AddHours(1), CopyLoss.Estimate(Copy(("data", ["s1"])), new UnchangedSince("s1", Noon.AddHours(1))).DataAsOf);

    [TestMethod]
    public void A_word_about_another_snapshot_does_not_count() =>
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(Copy(("data", ["s1"])), new UnchangedSince("s2", Noon.AddHours(1))).DataAsOf);

    [TestMethod]
    public void A_word_older_than_the_snapshot_means_that_the_clock_was_set_back() =>
        Assert.AreEqual(Noon, CopyLoss.Estimate(Copy(("data", ["s1"])), new UnchangedSince("s1", Noon)).DataAsOf);

    private static CopyHistory Copy(params (string Name, string[] Snapshots)[] volumes) => new(
        Unit, Role.Reader, new Epoch(1),
        [
            .. volumes.Select(volume => new VolumeHistory(
                volume.Name,
                [.. volume.Snapshots.Select(name => new HistoryPoint(name, $"{volume.Name}-{name}", name[1] - '0', Noon.AddSeconds(name[1] - '0'), IsBookmark: false))],
                null, Answer.No)),
        ]);
}
