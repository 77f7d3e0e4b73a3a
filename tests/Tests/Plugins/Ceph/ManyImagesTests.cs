using System.Diagnostics;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What a look costs. Printed, never judged: the machine is shared; beside Ceph's own commands it is measured by ./dev bench ceph-operations.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class ManyImagesTests
{
    private const int Images = 1000;

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
