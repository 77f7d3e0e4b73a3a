using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Kernel;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Many snapshots are made and deleted at once: each that was told is there and shows its instant, none is left behind, and a limit refuses in its time.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class SnapshotStormTests
{
    private const int Units = 4;
    private const int Each = 40;
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_storm_of_snapshots_loses_none_and_leaves_none()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "storm");
        var snapshots = storage.Ability<ISnapshots>()!;
        var written = await CephLab.MakeAsync(storage, CephLab.Unit("written", "storm"));
        var stormed = new List<VolumeId>();
        for (var unit = 0; unit < Units; unit++)
        {
            stormed.Add(await CephLab.MakeAsync(storage, CephLab.Unit($"storm{unit}", "storm")));
        }

        // While others storm, one unit is written and snapshotted, byte by byte.
        var storm = Task.WhenAll(stormed.SelectMany(volume => Names().Select(name => snapshots.CreateAsync(new SnapshotId(volume.Unit, name), CephLab.Grant(volume.Unit), None))));
        for (byte number = 1; number <= 10; number++)
        {
            await CephLab.WriteAsync(storage, written, number * 4096, [number]);
            Ok(await snapshots.CreateAsync(new SnapshotId(written.Unit, $"s{number}"), CephLab.Grant(written.Unit), None));
        }

        var made = await storm;
        Assert.IsTrue(made.All(one => one.IsOk), $"{made.FirstOrDefault(one => !one.IsOk).Fault}");
        Assert.HasCount(Units * Each, made.SelectMany(one => one.Value.Guids.Values).Distinct(StringComparer.Ordinal).ToList());
        await AllThereAsync(snapshots, stormed, Names());

        var deleted = await Task.WhenAll(stormed.SelectMany(volume => Names().Where(name => name != "s7").Select(name => snapshots.DeleteAsync(volume.Unit, [name], None))));
        Assert.IsTrue(Array.TrueForAll(deleted, one => one.IsOk), $"{deleted.FirstOrDefault(one => !one.IsOk).Fault}");
        await AllThereAsync(snapshots, stormed, ["s7"]);
        foreach (var volume in stormed)
        {
            var left = await cluster.RunAsync("rbd", "snap", "ls", "--all", "--format", "json", $"hot/{volume.Unit.Name}+data");
            Assert.HasCount(1, System.Text.Json.Nodes.JsonNode.Parse(left)!.AsArray(), "snapshots are left that the index does not know");
            await CephLab.WriteAsync(storage, volume, 0, [1]);
        }

        await EachShowsItsInstantAsync(storage, written);
        foreach (var volume in stormed.Append(written))
        {
            var gone = await storage.Ability<IVolumes>()!.DeleteAsync(volume, None);
            Assert.IsTrue(gone.IsOk, $"{gone.Fault}");
        }
    }

    [TestMethod]
    public async Task A_limit_refuses_the_rest_of_a_storm_and_what_was_made_stays()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "storm");
        var snapshots = storage.Ability<ISnapshots>()!;
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("limited", "storm"));
        Ok(await storage.Ability<IRoles>()!.DemoteAsync(volume.Unit, null, None));
        await cluster.RunAsync("rbd", "snap", "limit", "set", "--limit", "5", "hot/limited+data");
        Ok(await storage.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(volume.Unit, 2), null, None));
        var made = await Task.WhenAll(Names().Select(name => snapshots.CreateAsync(new SnapshotId(volume.Unit, name), CephLab.Grant(volume.Unit, 2), None)));
        Assert.AreEqual(5, made.Count(one => one.IsOk));
        foreach (var refused in made.Where(one => !one.IsOk))
        {
            Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault!.Code);
            StringAssert.Contains(refused.Fault.NextStep, "rbd snap limit set");
        }

        Assert.HasCount(5, Ok(await snapshots.ListAsync(volume.Unit, None)));
        var gone = await storage.Ability<IVolumes>()!.DeleteAsync(volume, None);
        Assert.IsTrue(gone.IsOk, $"{gone.Fault}");
    }

    [TestMethod]
    public void The_kernel_is_given_no_image_that_it_could_not_open()
    {
        Assert.IsNull(KernelSnapshots.TooMany(479, "cannot"));
        var refused = KernelSnapshots.TooMany(480, "cannot")!;
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Code);
        StringAssert.Contains(refused.Why, "510");
    }

    private static List<string> Names() => [.. Enumerable.Range(0, Each).Select(number => $"s{number}")];

    private static async Task AllThereAsync(ISnapshots snapshots, IEnumerable<VolumeId> volumes, IReadOnlyList<string> names)
    {
        foreach (var volume in volumes)
        {
            CollectionAssert.AreEquivalent(names.ToArray(), Ok(await snapshots.ListAsync(volume.Unit, None)).Select(one => one.Id.Name).ToArray());
        }
    }

    private static async Task EachShowsItsInstantAsync(CephStorage storage, VolumeId volume)
    {
        for (var number = 1; number <= 10; number++)
        {
            await using var stream = Ok(await storage.Ability<IChangedExtents>()!.OpenAsync(volume, $"s{number}", None));
            var bytes = new byte[11 * 4096];
            await stream.ReadExactlyAsync(bytes);
            var seen = Enumerable.Range(1, 10).Select(at => (int)bytes[at * 4096]);
            CollectionAssert.AreEqual(Enumerable.Range(1, 10).Select(at => at <= number ? at : 0).ToArray(), seen.ToArray(), $"s{number}");
        }
    }

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }
}
