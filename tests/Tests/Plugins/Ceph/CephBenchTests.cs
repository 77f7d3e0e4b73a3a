using System.Diagnostics;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What it costs, beside Ceph's own command line in the same run. Printed, never judged: the machine is shared.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class CephBenchTests
{
    private const int Images = 1000;
    private const int Rounds = 6;

    [TestMethod]
    public async Task Making_snapshotting_comparing_and_deleting_runs_beside_commands()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "bench");
        await PluginRoundAsync(storage, 0);
        var (own, theirs) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 1; round <= Rounds; round++)
        {
            // In turns, so that what else runs on this machine slows both.
            var began = Stopwatch.GetTimestamp();
            await PluginRoundAsync(storage, round);
            own += Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            await CommandRoundAsync(cluster, $"cli{round}");
            theirs += Stopwatch.GetElapsedTime(began);
        }

        var ratio = theirs / own;
        Console.WriteLine($"{Rounds} rounds of create, two snapshots, diff, delete: {own.TotalMilliseconds / Rounds:0} ms a round, by commands {theirs.TotalMilliseconds / Rounds:0} ms: {ratio:0.0} times");
    }

    [TestMethod]
    public async Task A_thousand_images_are_all_seen()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: "thousand");
        await FillAsync(storage);
        _ = await storage.Ability<IVolumes>()!.ListAsync(CancellationToken.None);
        _ = await storage.Health.ReadAsync(CancellationToken.None);
        var best = TimeSpan.MaxValue;
        for (var look = 0; look < 10; look++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var volumes = await storage.Ability<IVolumes>()!.ListAsync(CancellationToken.None);
            var state = await storage.Health.ReadAsync(CancellationToken.None);
            var spent = Process.GetCurrentProcess().TotalProcessorTime - before;
            best = spent < best ? spent : best;
            Assert.HasCount(Images, volumes.Value);
            Assert.IsTrue(state.IsOk, $"{state.Fault}");
        }

        Console.WriteLine($"{Images} volumes and the cluster's health: {best.TotalMilliseconds:0} ms of processor");
    }

    private static async Task PluginRoundAsync(CephStorage storage, int round)
    {
        var unit = CephLab.Unit($"round{round}", "bench");
        var volume = await CephLab.MakeAsync(storage, unit, 64 << 20);
        foreach (var name in new[] { "a", "b" })
        {
            var made = await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, name), CephLab.Grant(unit), CancellationToken.None);
            Assert.IsTrue(made.IsOk, $"{made.Fault}");
        }

        var changed = await storage.Ability<IChangedExtents>()!.ListAsync(volume, "a", "b", CancellationToken.None);
        Assert.IsTrue(changed.IsOk, $"{changed.Fault}");
        var deleted = await storage.Ability<IVolumes>()!.DeleteAsync(volume, CancellationToken.None);
        Assert.IsTrue(deleted.IsOk, $"{deleted.Fault}");
    }

    private static async Task CommandRoundAsync(CephCluster cluster, string image)
    {
        await cluster.RunAsync("rbd", "create", "--size", "64M", $"hot/{image}");
        await cluster.RunAsync("rbd", "snap", "create", $"hot/{image}@a");
        await cluster.RunAsync("rbd", "snap", "create", $"hot/{image}@b");
        await cluster.RunAsync("rbd", "diff", "--whole-object", "--format", "json", "--from-snap", "a", $"hot/{image}@b");
        await cluster.RunAsync("rbd", "snap", "purge", $"hot/{image}");
        await cluster.RunAsync("rbd", "rm", $"hot/{image}");
    }

    // By the calls beneath: a unit each would be a connection each.
    private static async Task FillAsync(CephStorage storage)
    {
        using var lane = new CallLane(TimeProvider.System);
        await Parallel.ForAsync(0, 4, async (part, _) =>
        {
            var filled = await lane.RunAsync<bool>(
                "cannot fill", TimeSpan.FromMinutes(3), () => Fill(storage, part, Images / 4), CancellationToken.None);
            Assert.IsTrue(filled.IsOk, $"{filled.Fault}");
        });
    }

    private static Outcome<bool> Fill(CephStorage storage, int part, int count)
    {
        var opened = Connection.Open(storage.Gate.Options, "cannot fill");
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using var connection = opened.Value;
        var entries = new List<IndexEntry>();
        for (var i = 0; i < count; i++)
        {
            var made = ImageCalls.Create(connection.Io, Keys.Image($"many{part}", $"v{i}"), 1 << 20, new ImageLayout(22, 0, 1, null), "cannot fill");
            if (!made.IsOk)
            {
                return made.Fault;
            }

            entries.Add(new IndexEntry(Keys.Volume($"many{part}", $"v{i}"), UnitIndex.Bytes(new VolumeRecord(1 << 20, IsMade: true, null))));
        }

        var told = storage.Gate.Index.Change(connection.Io, [], entries, "cannot fill");
        return told.IsOk ? true : told.Fault;
    }
}
