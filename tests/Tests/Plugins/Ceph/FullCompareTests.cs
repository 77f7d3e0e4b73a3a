using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Compares;
using NodeAgent.Plugins.CephBackend.Snapshots;
using NodeAgent.Plugins.CephBackend.Changes;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>On a schedule the list of changed extents is compared with what really differs.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class FullCompareTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_right_list_is_found_right_once_in_its_time_and_the_image_tells()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "compares");
        var volume = await ChangedAsync(storage, "right");
        var compare = storage.Compare;
        var progress = await StepsAsync(compare, 20);
        CollectionAssert.AreEqual(new double?[] { 0.25, 0.5, 0.75, null }, progress.Take(4).ToArray());
        Assert.AreEqual((1, (string?)null), (compare.Sight.Done, compare.Sight.Difference), "each volume once in its time");
        StringAssert.EndsWith(await cluster.RunAsync("rbd", "image-meta", "get", "hot/right+data", FullCompare.Key), " from one to two\n");
        var seen = (await storage.ProbeAsync(None)).Value.Cluster!;
        Assert.AreEqual((false, true), (seen.CompareDiffers, seen.ComparedAt is not null));

        await using var soon = new FullCompare(storage.Gate, new CephChanges(storage.Gate), new CephSnapshots(storage.Gate));
        await StepsAsync(soon, 3);
        Assert.AreEqual(0, soon.Sight.Done, "another agent compared it: the image tells when");
        await GoneAsync(storage, volume);
    }

    [TestMethod]
    public async Task A_list_that_misses_a_change_is_told_with_the_place_and_the_next_step()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "compares");
        var volume = await ChangedAsync(storage, "missed");
        var lying = new Lying(new CephChanges(storage.Gate), list => [.. list.Where(extent => extent.Offset + extent.Length <= 8 << 20)]);
        await using var compare = new FullCompare(storage.Gate, lying, new CephSnapshots(storage.Gate));
        await StepsAsync(compare, 4);
        StringAssert.EndsWith(compare.Sight.Difference, $"missed/data from one to two does not tell what differs at byte {(12 << 20) + 77}");
        var told = await compare.KeepAsync(None);
        Assert.AreEqual(FaultCode.Corruption, told.Fault?.Code);
        StringAssert.Contains(told.Fault!.NextStep, "nodeagent replication rebuild");
        StringAssert.Contains(await cluster.RunAsync("rbd", "image-meta", "get", "hot/missed+data", FullCompare.Key), "NOT RIGHT");

        await using var next = new FullCompare(storage.Gate, new CephChanges(storage.Gate), new CephSnapshots(storage.Gate));
        Assert.AreEqual(FaultCode.Corruption, (await next.KeepAsync(None)).Fault?.Code, "the image still tells another agent");
        await cluster.RunAsync("rbd", "image-meta", "remove", "hot/missed+data", FullCompare.Key);
        await using var after = new FullCompare(storage.Gate, new CephChanges(storage.Gate), new CephSnapshots(storage.Gate));
        await StepsAsync(after, 5);
        Assert.AreEqual((1, (string?)null), (after.Sight.Done, after.Sight.Difference), "the note was taken off, and the list is right");
        await GoneAsync(storage, volume);
    }

    [TestMethod]
    public async Task A_snapshot_that_was_deleted_meanwhile_proves_nothing()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "compares");
        var volume = await ChangedAsync(storage, "deleted");
        var lying = new Lying(new CephChanges(storage.Gate), _ => []) { Opened = Gone };
        await using var compare = new FullCompare(storage.Gate, lying, new CephSnapshots(storage.Gate));
        await StepsAsync(compare, 4);
        Assert.AreEqual((0, (string?)null), (compare.Sight.Done, compare.Sight.Difference));
        await GoneAsync(storage, volume);

        // Deleted, and another made by its name: both lists have the name.
        async Task Gone()
        {
            var deleted = await storage.Ability<ISnapshots>()!.DeleteAsync(volume.Unit, ["two"], None);
            Assert.IsTrue(deleted.IsOk, $"{deleted.Fault}");
            var again = await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(volume.Unit, "two"), CephLab.Grant(volume.Unit), None);
            Assert.IsTrue(again.IsOk, $"{again.Fault}");
        }
    }

    [TestMethod]
    public async Task A_list_that_calls_zero_what_is_not_is_told()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "compares");
        var volume = await ChangedAsync(storage, "zero");
        var lying = new Lying(new CephChanges(storage.Gate), list => [.. list.Select(extent => extent with { IsZero = true })]);
        await using var compare = new FullCompare(storage.Gate, lying, new CephSnapshots(storage.Gate));
        await StepsAsync(compare, 1);
        StringAssert.EndsWith(compare.Sight.Difference, "at byte 4096");
        await GoneAsync(storage, volume);
    }

    [TestMethod]
    public async Task What_cannot_be_read_keeps_no_other_from_its_turn()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "compares");
        var (bad, good) = (await ChangedAsync(storage, "a-bad"), await ChangedAsync(storage, "b-good"));
        var lying = new Lying(new CephChanges(storage.Gate), list => list) { Unreadable = bad };
        await using var compare = new FullCompare(storage.Gate, lying, new CephSnapshots(storage.Gate));
        await StepsAsync(compare, 12);
        Assert.AreEqual((1, (string?)null), (compare.Sight.Done, compare.Sight.Difference));
        await GoneAsync(storage, bad);
        await GoneAsync(storage, good);
    }

    // Four pieces; the first and the last differ.
    private static async Task<VolumeId> ChangedAsync(CephStorage storage, string name)
    {
        var unit = CephLab.Unit(name, "compares");
        var volume = await CephLab.MakeAsync(storage, unit, 16 << 20);
        await CephLab.WriteAsync(storage, volume, 6 << 20, [9]);
        await SnapshotAsync("one");
        await CephLab.WriteAsync(storage, volume, 4096, [1]);
        await CephLab.WriteAsync(storage, volume, (12 << 20) + 77, [2]);
        await SnapshotAsync("two");
        return volume;

        async Task SnapshotAsync(string snapshot)
        {
            var made = await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, snapshot), CephLab.Grant(unit), None);
            Assert.IsTrue(made.IsOk, $"{made.Fault}");
        }
    }

    private static async Task<List<double?>> StepsAsync(FullCompare compare, int count)
    {
        var progress = new List<double?>();
        for (var step = 0; step < count; step++)
        {
            _ = await compare.KeepAsync(None);
            progress.Add(compare.Sight.Progress);
        }

        return progress;
    }

    private static async Task GoneAsync(CephStorage storage, VolumeId volume)
    {
        var gone = await storage.Ability<IVolumes>()!.DeleteAsync(volume, None);
        Assert.IsTrue(gone.IsOk, $"{gone.Fault}");
    }

    /// <summary>Tells another list than the storage, or cannot read.</summary>
    private sealed class Lying(IChangedExtents real, Func<IReadOnlyList<Extent>, IReadOnlyList<Extent>> tell) : IChangedExtents
    {
        public VolumeId? Unreadable { get; init; }

        /// <summary>Called once both are open, with what they show in memory from then on.</summary>
        public Func<Task>? Opened { get; init; }

        public async Task<Outcome<IReadOnlyList<Extent>>> ListAsync(VolumeId volume, string? from, string to, CancellationToken cancellation) =>
            (await real.ListAsync(volume, from, to, cancellation)).Map(tell);

        public async Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation)
        {
            var opened = (await real.OpenAsync(volume, snapshot, cancellation)).Map<Stream>(stream => volume == Unreadable ? new Broken(stream) : stream);
            if (Opened is null)
            {
                return opened;
            }

            var copy = new MemoryStream();
            await opened.Value.CopyToAsync(copy, cancellation);
            await opened.Value.DisposeAsync();
            copy.Position = 0;
            if (snapshot == "two")
            {
                await Opened();
            }

            return copy;
        }
    }

    private sealed class Broken(Stream inner) : MemoryStream
    {
        public override long Length => inner.Length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the cluster does not answer");

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
