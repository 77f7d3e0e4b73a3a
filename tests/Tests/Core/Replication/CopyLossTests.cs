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
        Assert.AreEqual(LossConfidence.UpperBound, CopyLoss.Estimate(Copy(("data", ["s1"])), Word("s1", Noon.AddHours(1))).Confidence);

    [TestMethod]
    public void The_writers_word_that_nothing_changed_moves_the_time_on() =>
        Assert.AreEqual(Noon.AddHours(1), CopyLoss.Estimate(Copy(("data", ["s1"])), Word("s1", Noon.AddHours(1))).DataAsOf);

    [TestMethod]
    public void A_word_about_another_snapshot_does_not_count() =>
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(Copy(("data", ["s1"])), Word("s2", Noon.AddHours(1))).DataAsOf);

    [TestMethod]
    public void A_word_older_than_the_snapshot_means_that_the_clock_was_set_back() =>
        Assert.AreEqual(Noon, CopyLoss.Estimate(Copy(("data", ["s1"])), Word("s1", Noon)).DataAsOf);

    [TestMethod]
    public void A_word_about_another_snapshot_of_the_same_name_does_not_count()
    {
        var word = new UnchangedSince("s1", Guids(("data", "anew")), Noon.AddHours(1));
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(Copy(("data", ["s1"])), word).DataAsOf);
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(Copy(("data", ["s1"])), word with { Guids = null }).DataAsOf);
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(Copy(("data", ["s1"])), word with { Guids = Guids() }).DataAsOf);
    }

    [TestMethod]
    public void A_word_is_about_every_volume_of_the_snapshot()
    {
        var both = new UnchangedSince("s1", Guids(("data", "data-s1"), ("wal", "wal-s1")), Noon);
        Assert.IsTrue(both.IsAbout(Copy(("data", ["s1"]), ("wal", ["s1"]))));
        Assert.IsFalse(both.IsAbout(Copy(("data", ["s1"]))));
        Assert.IsFalse(both.IsAbout(Copy(("data", ["s1"]), ("wal", ["s2"]))));
    }

    [TestMethod]
    public void Only_a_word_about_the_same_snapshot_is_renewed_without_a_look()
    {
        var word = Word("s1", Noon.AddHours(1));
        Assert.IsTrue(word.Renews(Word("s1", Noon)));
        Assert.IsFalse(word.Renews(null));
        Assert.IsFalse(word.Renews(Word("s2", Noon)));
        Assert.IsFalse(word.Renews(word with { Guids = Guids(("data", "anew")) }));
        Assert.IsFalse(word.Renews(word with { Guids = null }));
        Assert.IsFalse((word with { Guids = Guids() }).Renews(word with { Guids = Guids() }));
    }

    [TestMethod]
    public void Volumes_that_hold_one_name_of_different_times_hold_no_snapshot()
    {
        var copy = Copy(("data", ["s1"]), ("wal", ["s1"]));
        var anew = copy.Volumes[1] with { Points = [copy.Volumes[1].Points[0] with { CreatedAt = Noon.AddMinutes(1) }] };
        Assert.IsNull(CopyLoss.NewestComplete(copy with { Volumes = [copy.Volumes[0], anew] }));
        Assert.IsNull(CopyLoss.NewestComplete(copy with { Volumes = [anew, copy.Volumes[0]] }));
    }

    [TestMethod]
    public void A_snapshot_is_as_old_as_its_oldest_volume()
    {
        var copy = Copy(("data", ["s1"]), ("wal", ["s1"]));
        var later = copy.Volumes[0] with { Points = [copy.Volumes[0].Points[0] with { CreatedAt = Noon.AddSeconds(2) }] };
        Assert.AreEqual(Noon.AddSeconds(1), CopyLoss.Estimate(copy with { Volumes = [later, copy.Volumes[1]] }, null).DataAsOf);
    }

    private static UnchangedSince Word(string snapshot, DateTimeOffset asOf) => new(snapshot, Guids(("data", $"data-{snapshot}")), asOf);

    private static Dictionary<string, string> Guids(params (string Volume, string Guid)[] guids) =>
        guids.ToDictionary(known => known.Volume, known => known.Guid, StringComparer.Ordinal);

    private static CopyHistory Copy(params (string Name, string[] Snapshots)[] volumes) => new(
        Unit, Role.Reader, new Epoch(1),
        [
            .. volumes.Select(volume => new VolumeHistory(
                volume.Name,
                [.. volume.Snapshots.Select(name => new HistoryPoint(name, $"{volume.Name}-{name}", name[1] - '0', Noon.AddSeconds(name[1] - '0'), IsBookmark: false))],
                null, Answer.No)),
        ]);
}
