using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What changed, against a full compare, on a real cluster.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class ChangedExtentsTests
{
    private const int Seeds = 200;

    // What is slow on a loaded machine is not wrong here.
    private const int Patience = 60;
    private const int Block = 4096;
    private const long Bytes = 1 << 20;

    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task Two_hundred_random_workloads_never_change_more_than_is_told()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var hot = CephLab.Open(cluster, backend: "extents", patience: Patience);
        await using var cold = CephLab.Open(cluster, pool: "cold", backend: "extents", patience: Patience);
        var told = 0L;
        var differing = 0L;
        await Parallel.ForAsync(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (seed, _) =>
        {
            var sum = await WorkloadAsync(seed % 4 == 3 ? cold : hot, seed);
            Interlocked.Add(ref told, sum.Told);
            Interlocked.Add(ref differing, sum.Differing);
        });
        Console.WriteLine($"{Seeds} workloads: {differing} blocks differ, {told} are told");
        Assert.IsGreaterThan(Seeds, (int)differing, "the workloads changed nothing");
    }

    [TestMethod]
    public async Task A_small_write_is_told_as_its_object()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "extents", patience: Patience);
        var unit = CephLab.Unit("small", "extents");
        var volume = await CephLab.MakeAsync(storage, unit, 16 << 20);
        await CephLab.WriteAsync(storage, volume, 0, Filled(16 << 20, 7));
        await SnapAsync(storage, unit, "a");
        await CephLab.WriteAsync(storage, volume, (5 << 20) + 8192, Filled(4096, 9));
        await SnapAsync(storage, unit, "b");
        var extents = await ListAsync(storage, volume, "a", "b");
        CollectionAssert.AreEqual(new[] { new Extent(4 << 20, 4 << 20, false) }, extents.ToArray());
        await DeleteAsync(storage, volume);
    }

    [TestMethod]
    public async Task A_large_volume_is_told_in_little_time()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "extents", patience: Patience);
        var unit = CephLab.Unit("large", "extents");
        var volume = await CephLab.MakeAsync(storage, unit, 64L << 30);
        await SnapAsync(storage, unit, "a");
        long[] places = [0, 5L << 30, (40L << 30) + 12345, (64L << 30) - 100];
        foreach (var place in places)
        {
            await CephLab.WriteAsync(storage, volume, place, Filled(100, 1));
        }

        await SnapAsync(storage, unit, "b");
        var extents = await ListAsync(storage, volume, "a", "b");
        Assert.HasCount(places.Length, extents);
        Assert.IsTrue(places.All(p => extents.Any(e => e.Offset <= p && e.Offset + e.Length >= p + 100)), string.Join(' ', extents));
        Assert.IsTrue(extents.All(e => e.Length <= 4 << 20), "more than whole objects are told");
        await DeleteAsync(storage, volume);
    }

    [TestMethod]
    public async Task A_snapshot_without_its_object_map_is_not_taken_for_absent_or_unchanged()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "extents", patience: Patience);
        var unit = CephLab.Unit("lost-map", "extents");
        var volume = await CephLab.MakeAsync(storage, unit);
        await SnapAsync(storage, unit, "a");
        await CephLab.WriteAsync(storage, volume, 4 << 20, Filled(4096, 2));
        var guid = (await SnapAsync(storage, unit, "b")).Guids["data"].Split('.');
        var snapshot = ulong.Parse(guid[1], System.Globalization.CultureInfo.InvariantCulture);
        await cluster.RunAsync("rados", "-p", "hot", "rm", $"rbd_object_map.{guid[0]}.{snapshot:x16}");
        var listed = await storage.Ability<IChangedExtents>()!.ListAsync(volume, "a", "b", CancellationToken.None);
        Assert.AreEqual(FaultCode.Corruption, listed.Fault?.Code, $"{listed.Fault}");
        Assert.AreEqual("Rebuild it: rbd object-map rebuild hot/lost-map+data@b.", listed.Fault!.NextStep);
        await DeleteAsync(storage, volume);
    }

    [TestMethod]
    public async Task An_object_map_that_Ceph_does_not_trust_is_told_until_it_is_rebuilt()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "extents", patience: Patience);
        var unit = CephLab.Unit("bad-map", "extents");
        var volume = await CephLab.MakeAsync(storage, unit);
        var id = (await SnapAsync(storage, unit, "a")).Guids["data"].Split('.')[0];
        Assert.IsEmpty(await ToldAsync());

        var flags = Path.GetTempFileName();
        await File.WriteAllBytesAsync(flags, BitConverter.GetBytes(Rbd.ObjectMapInvalid));
        await cluster.RunAsync("rados", "-p", "hot", "setomapval", $"rbd_header.{id}", "flags", "--input-file", flags);
        File.Delete(flags);
        await cluster.RunAsync("rbd", "image-meta", "set", "hot/bad-map+data", "read.anew", "now");
        StringAssert.EndsWith((await ToldAsync()).Single(), "Rebuild it: rbd object-map rebuild hot/bad-map+data.");

        await cluster.RunAsync("rbd", "object-map", "rebuild", "hot/bad-map+data");
        Assert.IsEmpty(await ToldAsync());
        await DeleteAsync(storage, volume);

        async Task<List<string>> ToldAsync() =>
            [.. (await storage.ProbeAsync(CancellationToken.None)).Value.Remarks.Where(remark => remark.Contains("object map", StringComparison.Ordinal))];
    }

    [TestMethod]
    public async Task What_was_cut_off_and_grown_again_around_a_snapshot_of_mirroring_is_told()
    {
        var cluster = await CephCluster.SharedAsync();
        await cluster.RunAsync("ceph", "osd", "pool", "create", "mirrored", "8");
        await cluster.RunAsync("rbd", "pool", "init", "mirrored");
        await cluster.RunAsync("rbd", "mirror", "pool", "enable", "mirrored", "image");
        await using var storage = CephLab.Open(cluster, pool: "mirrored", backend: "extents", patience: Patience);
        var unit = CephLab.Unit("cut-off", "extents");
        var volume = await CephLab.MakeAsync(storage, unit, 16 << 20);
        var image = storage.Gate.Held[unit.Name].Image("data")!;
        await CephLab.WriteAsync(storage, volume, 12 << 20, Filled(4096, 1));
        await SnapAsync(storage, unit, "a");
        Assert.AreEqual(0, Rbd.Resize(image, 4 << 20));
        // Makes a snapshot of its own.
        Assert.AreEqual(0, RbdMirror.Enable(image, RbdMirror.ImageModeSnapshot));
        Assert.AreEqual(0, Rbd.Resize(image, 16 << 20));
        await SnapAsync(storage, unit, "b");
        Assert.IsTrue((await ListAsync(storage, volume, "a", "b")).Any(e => e.Offset <= 12 << 20 && e.Offset + e.Length > 12 << 20));
        Assert.AreEqual(0, RbdMirror.Disable(image, force: true));
        await DeleteAsync(storage, volume);
    }

    private static async Task<(long Told, long Differing)> WorkloadAsync(CephStorage storage, int seed)
    {
        var random = new Random(seed);
        var unit = CephLab.Unit($"w{seed}", "extents");
        var volume = new VolumeId(unit, "data");
        var properties = new Dictionary<string, string> { ["object-order"] = "16" };
        if (seed % 5 == 4)
        {
            properties["stripe-unit"] = "8192";
            properties["stripe-count"] = "4";
        }

        Ok(await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(volume, VolumeKind.Block, Bytes) { Properties = properties }, CephLab.Grant(unit), CancellationToken.None));
        await ChangeAsync(storage, volume, random, seed);
        await SnapAsync(storage, unit, "a");
        var original = unit;
        if (seed % 3 == 2)
        {
            unit = CephLab.Unit($"c{seed}", "extents");
            volume = new VolumeId(unit, "data");
            Done(await storage.Ability<ISnapshots>()!.CloneAsync(new SnapshotId(original, "a"), unit, CephLab.Grant(unit), CancellationToken.None));
            Ok(await storage.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit), null, CancellationToken.None));
            await ChangeAsync(storage, volume, random, seed);
            await SnapAsync(storage, unit, "a");
        }

        await ChangeAsync(storage, volume, random, seed);
        await SnapAsync(storage, unit, "b");
        await ChangeAsync(storage, volume, random, seed);
        await SnapAsync(storage, unit, "c");
        var sum = (Told: 0L, Differing: 0L);
        foreach (var (from, to) in new[] { ("a", "b"), ("b", "c"), ("a", "c"), (null, "c") })
        {
            var (told, differing) = await CompareAsync(storage, volume, from, to, seed);
            sum = (sum.Told + told, sum.Differing + differing);
        }

        await DeleteAsync(storage, volume);
        if (unit != original)
        {
            await DeleteAsync(storage, new VolumeId(original, "data"));
        }

        return sum;
    }

    private static async Task ChangeAsync(CephStorage storage, VolumeId volume, Random random, int seed)
    {
        var held = storage.Gate.Held[volume.Unit.Name];
        for (var step = random.Next(1, 6); step > 0; step--)
        {
            Assert.IsGreaterThanOrEqualTo(0, Rbd.GetSize(held.Image("data")!, out var size));
            switch (random.Next(seed % 2 == 0 ? 6 : 4))
            {
                case 0:
                    var at = (ulong)random.NextInt64((long)size);
                    Assert.IsGreaterThanOrEqualTo(0, Rbd.Discard(held.Image("data")!, at, Math.Min((ulong)random.Next(1, 200_000), size - at)));
                    break;
                case 4:
                    Assert.IsGreaterThanOrEqualTo(0, Rbd.Resize(held.Image("data")!, (ulong)random.Next(100_000, 2 << 20)));
                    break;
                default:
                    var bytes = new byte[random.Next(1, (int)Math.Min(60_000, size))];
                    random.NextBytes(bytes);
                    await CephLab.WriteAsync(storage, volume, random.NextInt64((long)size - bytes.Length), bytes);
                    break;
            }
        }
    }

    private static async Task<(long Told, long Differing)> CompareAsync(CephStorage storage, VolumeId volume, string? from, string to, int seed)
    {
        var after = await ReadAsync(storage, volume, to);
        var before = from is null ? [] : await ReadAsync(storage, volume, from);
        var extents = await ListAsync(storage, volume, from, to);
        var rebuilt = new byte[after.Length];
        before.AsSpan(0, Math.Min(before.Length, after.Length)).CopyTo(rebuilt);
        var differing = 0;
        for (var at = 0; at < after.Length; at += Block)
        {
            var length = Math.Min(Block, after.Length - at);
            differing += after.AsSpan(at, length).SequenceEqual(rebuilt.AsSpan(at, length)) ? 0 : 1;
        }

        var end = 0L;
        foreach (var extent in extents)
        {
            Assert.IsTrue(extent.Offset >= end && extent.Length > 0, $"seed {seed}: {extent} is out of order");
            end = extent.Offset + extent.Length;
            Assert.IsLessThanOrEqualTo(after.Length, end, $"seed {seed}: {extent} is beyond the end");
            var now = after.AsSpan((int)extent.Offset, (int)extent.Length);
            Assert.IsTrue(!extent.IsZero || !now.ContainsAnyExcept((byte)0), $"seed {seed}: {extent} is not zero");
            now.CopyTo(rebuilt.AsSpan((int)extent.Offset));
        }

        Assert.IsTrue(rebuilt.AsSpan().SequenceEqual(after), $"seed {seed}: {from} to {to}: changed at {rebuilt.AsSpan().CommonPrefixLength(after)} and not told");
        return (extents.Sum(e => e.Length) / Block, differing);
    }

    private static async Task<byte[]> ReadAsync(CephStorage storage, VolumeId volume, string snapshot)
    {
        await using var stream = Ok(await storage.Ability<IChangedExtents>()!.OpenAsync(volume, snapshot, CancellationToken.None));
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<IReadOnlyList<Extent>> ListAsync(CephStorage storage, VolumeId volume, string? from, string to) =>
        Ok(await storage.Ability<IChangedExtents>()!.ListAsync(volume, from, to, CancellationToken.None));

    private static async Task<Snapshot> SnapAsync(CephStorage storage, UnitId unit, string name) => Ok(
        await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, name), CephLab.Grant(unit), CancellationToken.None));

    private static async Task DeleteAsync(CephStorage storage, VolumeId volume) =>
        Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None));

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
